# What ships runs on machines older than the one that builds it: see design/floors.md.
add_compile_options("SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/glibc_floor.h")
add_library(vedette_floor OBJECT ${CMAKE_CURRENT_LIST_DIR}/libstdcxx_floor.cc)
target_compile_options(vedette_floor PRIVATE -Wall -Wextra)
# Before glibc 2.34 dlopen() and most of pthread lie in libraries of their own. Newer ones still have these, but
# empty, and their development files link neither: hence by file name and whether needed here or not.
target_link_options(vedette_floor INTERFACE
  LINKER:--push-state,--no-as-needed -l:libdl.so.2 -l:libpthread.so.0 LINKER:--pop-state)

function(vedette_ships)
  foreach(target ${ARGN})
    if(TARGET ${target})
      target_link_libraries(${target} PRIVATE vedette_floor)
    endif()
  endforeach()
endfunction()
