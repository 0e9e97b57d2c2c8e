// What a call that must be refused says.
#pragma once

#include <string>

#include "homeroom/error.hpp"

template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const homeroom::Error& error) {
    return error.what();
  }
  return "nothing was refused";
}
