# Installs the SDK to a scratch prefix and builds the plugin of docs/plugin-author/first-plugin.md
# against it, as somebody outside of this tree would. The page must show the very files.
#   cmake -DBUILD=... -DSOURCE=... -DSCRATCH=... -P outside_plugin.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${said}")
  endif()
endfunction()

file(READ ${SOURCE}/docs/plugin-author/first-plugin.md page)
foreach(name CMakeLists.txt manifest.yaml lockers.cpp)
  file(READ ${SOURCE}/tests/sdk/lockers/${name} text)
  string(FIND "${page}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "docs/plugin-author/first-plugin.md does not show tests/sdk/lockers/${name}")
  endif()
endforeach()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/sdk)
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/sdk/lockers -B ${SCRATCH}/build
  -DCMAKE_PREFIX_PATH=${SCRATCH}/sdk -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
foreach(name lockers.so lockers.manifest.yaml)
  if(NOT EXISTS ${SCRATCH}/build/plugins/${name})
    message(FATAL_ERROR "plugins/${name} was not built")
  endif()
endforeach()
