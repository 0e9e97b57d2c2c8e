# Installs the SDK to a scratch prefix and builds plugins against it, as somebody outside of this tree
# would: the one of docs/plugin-author/first-plugin.md, which must show the very files, and the one in C.
#   cmake -DBUILD=... -DSOURCE=... -DSCRATCH=... -P outside_plugin.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${said}")
  endif()
endfunction()

function(page_shows page)
  file(READ ${SOURCE}/docs/plugin-author/${page} text)
  foreach(name ${ARGN})
    file(READ ${SOURCE}/tests/sdk/lockers/${name} shown)
    string(FIND "${text}" "${shown}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "docs/plugin-author/${page} does not show tests/sdk/lockers/${name}")
    endif()
  endforeach()
endfunction()
page_shows(first-plugin.md CMakeLists.txt manifest.yaml lockers.cpp sample/settings.yaml sample/lockers.txt)
page_shows(testing.md sample/conformance.yaml)

# Builds the plugin of a folder, tries its promises, and sees that it exports the one symbol.
function(build_and_try name folder)
  run(${CMAKE_COMMAND} -S ${folder} -B ${SCRATCH}/${name} -DCMAKE_PREFIX_PATH=${SCRATCH}/sdk
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_C_FLAGS=${FLAGS}" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON)
  run(${CMAKE_COMMAND} --build ${SCRATCH}/${name})
  set(library ${SCRATCH}/${name}/plugins/${name}.so)
  run(${BUILD}/bin/homeroom plugin test ${library} --limit 120)
  execute_process(COMMAND ${NM} -D --defined-only --format=posix ${library} OUTPUT_VARIABLE symbols)
  if(NOT symbols MATCHES "^homeroom_plugin T [^\n]*\n$")
    message(FATAL_ERROR "${name} exports something else than homeroom_plugin:\n${symbols}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/sdk)
build_and_try(lockers ${SOURCE}/tests/sdk/lockers)
build_and_try(bus_riders ${SOURCE}/sdk/examples/c)
