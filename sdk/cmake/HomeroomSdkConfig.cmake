# find_package(HomeroomSdk): the targets homeroom_sdk, homeroom_sdk_rest (collections of a REST service; needs
# simdjson) and homeroom_contract (the C headers alone), and the function homeroom_plugin.
include(${CMAKE_CURRENT_LIST_DIR}/HomeroomSdkTargets.cmake)

# A plugin exports homeroom_plugin and nothing else.
set(HOMEROOM_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

# A plugin outside of Homeroom's own tree:
#   homeroom_plugin(lockers SOURCES lockers.cpp LIBS ... MANIFEST manifest.yaml SAMPLE sample)
# builds plugins/NAME.so in the build folder, with NAME.manifest.yaml and NAME.sample beside it.
# MANIFEST and SAMPLE are manifest.yaml and sample unless said otherwise. Sources of C alone need no C++.
function(homeroom_plugin name)
  cmake_parse_arguments(ARG "" "MANIFEST;SAMPLE" "SOURCES;LIBS" ${ARGN})
  set(built ${CMAKE_BINARY_DIR}/plugins)
  if(NOT ARG_MANIFEST)
    set(ARG_MANIFEST manifest.yaml)
  endif()
  if(NOT ARG_SAMPLE)
    set(ARG_SAMPLE sample)
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  set(layer homeroom_contract)
  if("${ARG_SOURCES}" MATCHES "\\.(cpp|cc|cxx)(;|$)")
    set(layer homeroom_sdk)
  endif()
  target_link_libraries(${name} PRIVATE ${layer} ${ARG_LIBS})
  target_compile_options(${name} PRIVATE -fno-gnu-unique)
  target_link_options(${name} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack
    -Wl,--version-script=${HOMEROOM_PLUGIN_MAP})
  set_target_properties(${name} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LIBRARY_OUTPUT_DIRECTORY ${built})
  configure_file(${ARG_MANIFEST} ${built}/${name}.manifest.yaml COPYONLY)
  if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SAMPLE})
    # At each build, so that what was edited is what is tested; a file taken away goes too.
    add_custom_target(${name}_sample ALL
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${built}/${name}.sample
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SAMPLE} ${built}/${name}.sample
      VERBATIM)
    add_dependencies(${name} ${name}_sample)
  endif()
endfunction()
