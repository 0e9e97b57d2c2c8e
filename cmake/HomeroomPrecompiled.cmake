# What nearly every file includes is parsed once: the standard library for the rooms, GoogleTest beside it
# for the tests. Headers still include what they use; tests/rooms compiles each without any of this.
set(standard_headers <algorithm> <array> <charconv> <cstdint> <cstring> <filesystem> <functional> <map>
  <memory> <numeric> <optional> <span> <string> <string_view> <unordered_map> <unordered_set> <utility>
  <vector>)

# A library that holds nothing but a precompiled header. It must be compiled with the flags of those who
# use it: `flags` is a function that gives a target its flags, or nothing.
function(homeroom_precompile name flags)
  set(nothing ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${nothing} CONTENT "")
  add_library(${name} OBJECT ${nothing})
  target_precompile_headers(${name} PRIVATE ${ARGN})
  if(flags)
    cmake_language(CALL ${flags} ${name})
  endif()
endfunction()

homeroom_precompile(precompiled "" ${standard_headers})
homeroom_precompile(precompiled_cold homeroom_cold_flags ${standard_headers})
if(HOMEROOM_TESTS)
  find_package(GTest REQUIRED)
  homeroom_precompile(precompiled_tests homeroom_test_flags ${standard_headers} <gmock/gmock.h>)
  set_target_properties(precompiled_tests PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(precompiled_tests PRIVATE -fPIE)  # as programs are
  target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
endif()
