# Tests of what is free of GLib, Node and GStreamer: they link nothing but the C++ library, so that the thread sanitizer
# sees every lock they take.
function(pure_test name)
  add_executable(${name}_test ${ARGN})
  target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(${name}_test PRIVATE -Wall -Wextra)
  target_link_libraries(${name}_test PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
  add_test(NAME ${name}_test COMMAND ${name}_test)
  set_tests_properties(${name}_test PROPERTIES TIMEOUT 120)
endfunction()

pure_test(backlog addon/backlog_test.cc)
pure_test(comparison addon/comparison_test.cc addon/comparison.cc)
pure_test(config elements/config_test.cc elements/infer_config.cc elements/ini.cc elements/tracker_config.cc)
pure_test(detection elements/detection_test.cc elements/detection.cc elements/instance_mask.cc elements/infer_config.cc elements/ini.cc)
pure_test(outbox addon/outbox_test.cc addon/outbox.cc addon/errands.cc addon/tally.cc)
pure_test(sender_clock addon/sender_clock_test.cc addon/sender_clock.cc)
pure_test(team elements/team_test.cc elements/team.cc)
pure_test(timeline addon/timeline_test.cc)
pure_test(tracker elements/tracker_test.cc elements/tracker.cc elements/kalman.cc elements/assignment.cc
  elements/tracker_config.cc elements/infer_config.cc elements/ini.cc)
pure_test(warnings addon/warnings_test.cc addon/warnings.cc)
if(NOT VEDETTE_SANITIZE STREQUAL "thread")
  # Minutes of pictures on one thread: nothing to find for that sanitizer.
  pure_test(motion addon/motion_test.cc addon/motion.cc)
  pure_test(template_search addon/template_search_test.cc addon/template_search.cc addon/correlation.cc addon/grey_picture.cc)
endif()
