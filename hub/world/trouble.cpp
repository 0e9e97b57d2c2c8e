#include "hub/world/trouble.hpp"

#include <cerrno>
#include <system_error>

namespace homeroom::world {
namespace {

struct Cause {
  Next next;
  std::string why;
};

Cause cause_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return {Next::retry, "the disk is full; free space there, then run again"};
    case EMFILE:
    case ENFILE:
      return {Next::retry, "too many open files"};
    case EACCES:
    case EPERM:
      return {Next::fix_settings, "permission denied; give this account access"};
    case EROFS:
      return {Next::fix_settings, "the file system is read-only"};
    case ENOENT:
      return {Next::fix_settings, "there is no such file or folder"};
    case ENOTDIR:
      return {Next::fix_settings, "a part of the path is no folder"};
    case EISDIR:
      return {Next::fix_settings, "it is a folder"};
    case ELOOP:
      return {Next::fix_settings, "it is a symbolic link, which is not followed"};
    default:
      return {Next::retry, std::generic_category().message(error_number)};
  }
}

}  // namespace

Error trouble(int error_number, const std::string& doing, const std::filesystem::path& path) {
  Cause cause = cause_of(error_number);
  return Error(cause.next, "cannot " + doing + " " + path.string() + ": " + cause.why);
}

}  // namespace homeroom::world
