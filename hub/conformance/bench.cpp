#include "hub/conformance/bench.hpp"

#include <algorithm>
#include <fstream>

#include "homeroom/plugin.h"
#include "hub/world/digest.hpp"
#include "hub/world/secrets.hpp"

namespace homeroom::conformance {

namespace fs = std::filesystem;

Opened::Opened(const plugin::Found& found, const plugin::CheckedSettings& settings, Carrier carrier)
    : log_({world::Level::debug, false, false}, lines_) {
  plugin::Surroundings around{clock_, log_, cancel_, {}};
  instance_ = carrier == Carrier::inside ? plugin::open_in_process(found, settings, around)
                                         : plugin::open_in_runner(found, settings, around);
}

Bench::Bench(const Subject& subject, Carrier carrier)
    : subject_(subject),
      carrier_(carrier),
      scratch_(fs::temp_directory_path()),
      folder_(scratch_.path() / "sample") {
  fs::copy(subject.folder, folder_, fs::copy_options::recursive);
  // A checkout makes files everybody may read, which no secret is taken from.
  if (fs::exists(folder_ / "secrets"))
    for (const auto& secret : fs::directory_iterator(folder_ / "secrets"))
      fs::permissions(secret, fs::perms::owner_read);
}

plugin::CheckedSettings Bench::settings(const settings::Flat& with,
                                        const std::vector<std::string>& without) const {
  settings::Flat given;
  for (const auto& [key, value] : subject_.settings) {
    auto is_key = [&key = key](const auto& pair) { return pair.first == key; };
    if (std::ranges::none_of(with, is_key) && std::ranges::find(without, key) == without.end())
      given.emplace_back(key, value);
  }
  given.insert(given.end(), with.begin(), with.end());
  return plugin::check_settings(manifest(), given, folder_,
                                world::SecretFolder(folder_ / "secrets"));
}

std::unique_ptr<Opened> Bench::open_with(const plugin::CheckedSettings& settings) const {
  return std::make_unique<Opened>(subject_.found, settings, carrier_);
}

std::unique_ptr<Opened> Bench::open(const settings::Flat& with) const {
  return open_with(settings(with));
}

void Bench::needs_discover() const {
  if (!manifest().offers(HR_DISCOVER))
    throw Skipped{std::string("it does not offer ") + HR_DISCOVER + " (see manifest.contracts)"};
}

std::vector<plugin::StreamInfo> Bench::streams() const {
  needs_discover();
  auto opened = open();
  auto streams = (*opened)->discover();
  if (streams.empty()) throw Skipped{"the sample offers no stream (see discover.streams)"};
  return streams;
}

fs::path Bench::file_of(const std::string& place) const {
  auto name = fs::path(place).filename();
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file() && (name.empty() || entry.path().filename() == name))
      found.push_back(entry.path());
  // A sample may hold other inputs beside the one the settings name.
  auto checked = settings();
  std::erase_if(found, [&](const fs::path& file) {
    return std::ranges::none_of(checked, [&](const plugin::CheckedSetting& setting) {
      auto value = std::string(setting.value.reveal());
      return value.starts_with(folder_.string()) &&
             (name.empty() ? file == value : file.string().starts_with(value));
    });
  });
  if (found.size() == 1) return found.front();
  throw Skipped{
      "the place of its rows is no file of the sample, so nothing can be done to it here"};
}

std::map<std::string, std::string> Bench::visible() const {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file())
      all[fs::relative(entry.path(), folder_).string()] =
          world::hex(world::sha256_of_file(entry.path()));
  return all;
}

void Bench::needs_folders() const {
  if (manifest().permissions.folders.empty())
    throw Skipped{
        "the manifest declares no folders, so what the destination shows cannot be seen from here"};
}

std::string bytes_of(const fs::path& file) {
  return world::read_whole(file, uint64_t{1} << 30);
}

void overwrite(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

void needs_own_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  throw Skipped{"a sanitizer watches this build and counts memory its own way"};
#endif
}

std::string word_of(Next next) {
  switch (next) {
    case Next::retry:
      return "retry";
    case Next::sign_in:
      return "sign_in";
    case Next::fix_settings:
      return "settings";
    case Next::not_readable:
      return "data";
    case Next::hide:
      return "unsupported";
    case Next::stop:
      return "stopped";
    case Next::fail:
      break;
  }
  return "bug";
}

}  // namespace homeroom::conformance
