// What a source's input says, whatever its kind. Any thread.
#pragma once

#include <string>

#include "description.h"

namespace vedette {

// Empty where the kind has none.
std::string user_of(const SourceInput& input);
std::string password_of(const SourceInput& input);
std::string url_of(const SourceInput& input);

bool loops(const SourceInput& input);
// A film: it has a beginning and an end.
bool is_recorded(const SourceInput& input);

}  // namespace vedette
