# Flags that every target of the tree shares; nothing of this reaches an outside plugin project.
# With -O3 nights of 100,000 students take 2.5 % less processor time, but a rebuild behind the door of map takes
# more than half a minute.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
add_compile_options(-Wall -Wextra -Wshadow -Wno-missing-field-initializers
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # false alarm on "x" + text, GCC bug 105651
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)  # else ccache keeps nothing
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Two answers that cost nothing are joined without a branch where pairs are compared by the million.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-bitwise-instead-of-logical>)
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND HOMEROOM_MARCH)
  add_compile_options(-march=${HOMEROOM_MARCH})
endif()
if(HOMEROOM_WERROR)
  add_compile_options(-Werror)
endif()
if(HOMEROOM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # the rooms tell the fuzzer which way they went
endif()
if(HOMEROOM_SANITIZE)
  add_compile_options(-fsanitize=${HOMEROOM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOMEROOM_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong)
endif()
add_link_options(-Wl,-z,relro,-z,now)
find_program(HOMEROOM_MOLD mold)
if(HOMEROOM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# What is read by people or runs once in a while is not worth optimizing for long.
function(homeroom_cold_flags target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# The checks of a test run once: without optimizing, half of their compiling is spared. The code under
# test is not theirs.
function(homeroom_test_flags target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()
