#include "hub/plugin/edge.hpp"

namespace homeroom::plugin {

void throw_if(int32_t code, hr_error& error) {
  if (code == HR_OK) return;
  error.message[sizeof error.message - 1] = '\0';
  std::string message = error.message[0] ? error.message : "the plugin failed without a word";
  bool is_known = code > HR_OK && code <= HR_BUG;
  throw Error(is_known ? static_cast<Next>(code) : Next::fail, message,
              code == HR_RETRY ? error.retry_after_s : 0);
}

}  // namespace homeroom::plugin
