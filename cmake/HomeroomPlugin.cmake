# A connector is one folder and one loadable library.
#   homeroom_plugin(csv_file LIBS simdjson)
# builds plugins/NAME.so from all .cpp files of the folder and lays NAME.manifest.yaml and NAME.sample
# beside it. tests/*.cpp become the program NAME_test, which sees the folder's code and, through the
# hub's plugin room, the built library as a district would load it.
function(homeroom_plugin name)
  cmake_parse_arguments(ARG "" "" "LIBS;TEST_LIBS" ${ARGN})
  set(built ${PROJECT_BINARY_DIR}/plugins)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name}_plugin MODULE ${sources})
  target_include_directories(${name}_plugin PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name}_plugin PRIVATE homeroom_sdk ${ARG_LIBS})
  # An object of a library that could be unloaded would crash whoever still holds it.
  target_compile_options(${name}_plugin PRIVATE -fno-gnu-unique)
  target_link_options(${name}_plugin PRIVATE -Wl,-z,noexecstack
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/sdk/cmake/plugin.map)
  set_target_properties(${name}_plugin PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${built})
  configure_file(manifest.yaml ${built}/${name}.manifest.yaml COPYONLY)
  # The hub takes a plugin of the program's own folder as shipped only while it is as it was built.
  set_target_properties(${name}_plugin PROPERTIES LINK_DEPENDS ${built}/${name}.manifest.yaml)
  add_custom_command(TARGET ${name}_plugin POST_BUILD COMMAND ${CMAKE_COMMAND} -DFOLDER=${built} -DNAME=${name}
    -P ${PROJECT_SOURCE_DIR}/cmake/HomeroomShipped.cmake)
  if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/sample)
    file(COPY ${CMAKE_CURRENT_SOURCE_DIR}/sample/ DESTINATION ${built}/${name}.sample)
  endif()
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*.cpp)
  if(HOMEROOM_TESTS AND tests)
    find_package(GTest REQUIRED)
    include(GoogleTest)
    add_executable(${name}_test ${tests} $<TARGET_OBJECTS:${name}_plugin>)
    target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})
    homeroom_test_flags(${name}_test)
    target_precompile_headers(${name}_test REUSE_FROM precompiled_tests)
    target_link_libraries(${name}_test PRIVATE homeroom_plugin ${ARG_LIBS} ${ARG_TEST_LIBS}
      GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE HOMEROOM_PLUGINS="${built}"
      HOMEROOM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_dependencies(${name}_test ${name}_plugin homeroom-plugin-host)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST)
  endif()
endfunction()
