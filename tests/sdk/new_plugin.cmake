# Does what docs/plugin-author/first-plugin.md says under "The short way", and the same for a REST
# source and a destination: the test of a new plugin fails with a sentence that says where to write, and passes when
# that place is filled.
#   cmake -DBUILD=... -DSOURCE=... -DSCRATCH=... -P new_plugin.cmake
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/sdk
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
set(ENV{PATH} ${BUILD}/bin:$ENV{PATH})

# Does one line of a shell in the scratch folder; sets `said` and `code`.
macro(do line)
  string(REPLACE "/path/to/the/sdk" "${SCRATCH}/sdk -DCMAKE_COMPILE_WARNING_AS_ERROR=ON" command "${line}")
  execute_process(COMMAND sh -c "${command}" WORKING_DIRECTORY ${SCRATCH} RESULT_VARIABLE code
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
endmacro()

function(must line)
  do("${line}")
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${line}\n${said}")
  endif()
endfunction()

# The lines of the page: make, configure, build, test. `sentence` is what the failing test says; the
# statement of `place` that throws is replaced by `with`.
function(follow name kind sentence with)
  foreach(line ${made} ${configured} ${built})
    string(REPLACE "--kind file" "--kind ${kind}" line "${line}")
    string(REPLACE "demo_sis" "${name}" line "${line}")
    must("${line}")
  endforeach()
  string(REPLACE "demo_sis" "${name}" test "${tested}")
  do("${test}")
  if(code EQUAL 0 OR NOT said MATCHES "${sentence} in ${name}.cpp is not written yet")
    message(FATAL_ERROR "the test of a new ${kind} must fail and say where to write\n${said}")
  endif()
  file(READ ${SCRATCH}/${name}/${name}.cpp text)
  string(REGEX REPLACE "  throw Error\\([^;]*not written yet[^;]*[;]" "${with}" written "${text}")
  if(written STREQUAL text)
    message(FATAL_ERROR "${name}.cpp has no place to fill")
  endif()
  file(WRITE ${SCRATCH}/${name}/${name}.cpp "${written}")
  string(REPLACE "demo_sis" "${name}" build "${built}")
  must("${build}")
  must("${test}")
endfunction()

file(READ ${SOURCE}/docs/plugin-author/first-plugin.md page)
if(NOT page MATCHES "```sh\n(homeroom plugin new [^\n]*)\n(cmake -S [^\n]*)\n(cmake --build [^\n]*)\n(ctest [^\n]*)\n```")
  message(FATAL_ERROR "docs/plugin-author/first-plugin.md does not show how to make, build and test")
endif()
set(made "${CMAKE_MATCH_1}")
set(configured "${CMAKE_MATCH_2}")
set(built "${CMAKE_MATCH_3}")
set(tested "${CMAKE_MATCH_4}")
if(NOT page MATCHES "```cpp\n(  return split[^\n]*)\n```")
  message(FATAL_ERROR "docs/plugin-author/first-plugin.md does not show what is to be written")
endif()
set(written "${CMAKE_MATCH_1}")
follow(demo_sis file cells_of "${written}")

# The same for a source of a REST service, as docs/plugin-author/rest-source.md says.
file(READ ${SOURCE}/docs/plugin-author/rest-source.md page)
if(NOT page MATCHES "```sh\nhomeroom plugin new demo_rest --kind rest\n" OR NOT page MATCHES "```cpp\n(  return [^\n]*)\n```")
  message(FATAL_ERROR "docs/plugin-author/rest-source.md does not show what is to be written")
endif()
follow(demo_rest rest columns_of_record "${CMAKE_MATCH_1}")
follow(demo_list destination line_of "  return std::string(share.body);")

# What is tested is the sample as it stands now, also where a file was taken away.
file(WRITE ${SCRATCH}/demo_sis/sample/settings.yaml "path: no/such/file.txt\n")
file(REMOVE ${SCRATCH}/demo_sis/sample/input.txt)
must("${built}")
do("${tested}")
if(code EQUAL 0 OR EXISTS ${SCRATCH}/demo_sis/build/plugins/demo_sis.sample/input.txt)
  message(FATAL_ERROR "an edited sample is not what is tested\n${said}")
endif()

# Names that are also those of classes in the SDK or in the template.
foreach(name_and_kind "batch --kind file" "line_reader --kind file" "error --kind destination")
  must("homeroom plugin new ${name_and_kind}")
  string(REGEX REPLACE " .*" "" name "${name_and_kind}")
  foreach(line ${configured} ${built})
    string(REPLACE "demo_sis" "${name}" line "${line}")
    must("${line}")
  endforeach()
endforeach()

foreach(refused "demo_sis --kind file" "Demo" "demo__sis" all test install edit_cache homeroom_sdk homeroom_sdk_rest)
  do("homeroom plugin new ${refused}")
  if(NOT code EQUAL 2)
    message(FATAL_ERROR "homeroom plugin new ${refused} answers ${code}: ${said}")
  endif()
endforeach()

# What the file system refuses is told, and leaves nothing.
do("mkdir -p gone && cd gone && rmdir ../gone && homeroom plugin new demo_sis")
if(NOT code EQUAL 2 OR NOT said MATCHES "folder demo_sis cannot be made: ")
  message(FATAL_ERROR "a folder that cannot be made answers ${code}: ${said}")
endif()
file(GLOB hidden ${SCRATCH}/.*.new)
if(hidden)
  message(FATAL_ERROR "left behind: ${hidden}")
endif()
