#include "hub/flow/file_names.hpp"

#include <algorithm>

#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

std::string digest_name(const std::string& source) {
  return "files:" + source;
}

}  // namespace

FileNames FileNames::load(store::Store& store, const std::string& source) {
  FileNames files;
  auto packed = store.digest(digest_name(source)).value_or("");
  for (std::string_view rest = packed; !rest.empty();) {
    auto end = std::min(rest.find('\0'), rest.size());
    files.number_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return files;
}

void FileNames::save(store::Store& store, const std::string& source) const {
  std::string packed;
  for (const auto& name : names_) (packed += name) += '\0';
  store.put_digest(digest_name(source), packed);
}

uint32_t FileNames::number_of(std::string_view name) {
  if (name.empty()) return 0;
  if (last_ != 0 && names_[last_ - 1] == name) return last_;
  auto [known, is_new] = numbers_.try_emplace(std::string(name), names_.size() + 1);
  if (is_new) names_.emplace_back(name);
  return last_ = known->second;
}

std::string FileNames::name(uint32_t number) const {
  return number == 0 || number > names_.size() ? "" : names_[number - 1];
}

}  // namespace homeroom::flow
