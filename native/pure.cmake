# What is free of GLib, Node and GStreamer, and its tests: they link nothing but the C++ library, so that the thread
# sanitizer sees every lock they take.
add_library(vedette_pure STATIC
  addon/comparison.cc addon/correlation.cc addon/errands.cc addon/grey_picture.cc addon/motion.cc addon/outbox.cc
  addon/sender_clock.cc addon/tally.cc addon/template_search.cc addon/warnings.cc elements/assignment.cc elements/detection.cc
  elements/infer_config.cc elements/ini.cc elements/instance_mask.cc elements/kalman.cc elements/team.cc elements/tracker.cc
  elements/tracker_config.cc)
target_include_directories(vedette_pure PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_options(vedette_pure PRIVATE -Wall -Wextra)
# Its inner loops are written to be vectorised, which -O2 does not do.
set_source_files_properties(addon/correlation.cc PROPERTIES COMPILE_OPTIONS -O3)
target_link_libraries(vedette_pure PUBLIC Threads::Threads ${CMAKE_DL_LIBS})

if(NOT BUILD_TESTING)
  return()
endif()
set(pure_tests addon/comparison addon/outbox addon/sender_clock elements/team)
if(NOT VEDETTE_SANITIZE STREQUAL "thread")
  # One thread each: nothing to find for that sanitizer.
  list(APPEND pure_tests addon/backlog addon/motion addon/template_search addon/timeline addon/warnings
    elements/config elements/detection elements/tracker)
endif()
foreach(test ${pure_tests})
  get_filename_component(name ${test} NAME)
  add_executable(${name}_test ${test}_test.cc)
  target_compile_options(${name}_test PRIVATE -Wall -Wextra)
  target_link_libraries(${name}_test PRIVATE vedette_pure)
  add_test(NAME ${name}_test COMMAND ${name}_test)
  set_tests_properties(${name}_test PROPERTIES TIMEOUT 120)
endforeach()
