// homeroom/error.hpp - the one exception of hub and plugins: what the hub should do next, and why.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "homeroom/plugin.h"

namespace homeroom {

/// What the hub does next; the values are those of the C contract.
enum class Next : int32_t {
  retry = HR_RETRY,
  sign_in = HR_SIGN_IN,
  fix_settings = HR_SETTINGS,
  not_readable = HR_DATA,
  hide = HR_UNSUPPORTED,
  stop = HR_STOPPED,
  fail = HR_BUG,
};

/// Ends the step it is thrown in. The message names file, line and field and says what to do;
/// it never holds a student's value.
struct Error : std::runtime_error {
  /// `message` without a value of a record.
  Error(Next what_next, const std::string& message, uint32_t retry_after = 0)
      : std::runtime_error(message), next(what_next), retry_after_s(retry_after) {}
  Next next;
  uint32_t retry_after_s;  ///< with Next::retry: what the remote side asked for, 0 if nothing
};

}  // namespace homeroom
