// Reading YAML by its events: what we do not want (anchors, aliases, tags, merge keys, doubles,
// endless depth) is refused where it stands, before anything is built or expanded.
#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "homeroom/error.hpp"
#include "hub/settings/file_text.hpp"
#include "hub/settings/node_data.hpp"

namespace homeroom::settings {

namespace {

constexpr std::size_t most_bytes = 10 << 20;
constexpr std::size_t most_nodes = 100'000;
constexpr std::size_t most_depth = 50;

[[noreturn]] void refuse_at(const std::string& file, const YAML::Mark& mark,
                            const std::string& says) {
  throw Error(Next::fix_settings, file + ':' + std::to_string(mark.line + 1) + ':' +
                                      std::to_string(mark.column + 1) + ": " + says);
}

class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  std::shared_ptr<Node::Data> root;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      refuse_at(file_, mark, "a second document is not read; use one file each");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    no_anchor(mark, anchor);
    add(make(mark, Kind::nothing), mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse_at(file_, mark, "aliases (*) are not read; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    no_anchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") refuse_at(file_, mark, "tags (!) are not read");
    auto data = make(mark, Kind::scalar);
    data->text = value;
    data->was_quoted = tag == "!";
    add(data, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::list);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::map);
  }
  void OnMapEnd() override {
    open_.pop_back();
    keys_.pop_back();
  }

 private:
  std::shared_ptr<Node::Data> make(const YAML::Mark& mark, Kind kind) {
    if (++nodes_ > most_nodes) refuse_at(file_, mark, "more than 100,000 values in one file");
    auto data = std::make_shared<Node::Data>();
    data->kind = kind;
    data->place = {file_, static_cast<uint32_t>(mark.line + 1),
                   static_cast<uint32_t>(mark.column + 1)};
    return data;
  }

  void no_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse_at(file_, mark, "anchors (&) are not read; write the value out");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    no_anchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") refuse_at(file_, mark, "tags (!) are not read");
    if (open_.size() >= most_depth) refuse_at(file_, mark, "nested deeper than 50 levels");
    auto data = make(mark, kind);
    add(data, mark);
    open_.push_back(data.get());
    if (kind == Kind::map) keys_.emplace_back();
  }

  void add(const std::shared_ptr<Node::Data>& data, const YAML::Mark& mark) {
    if (open_.empty()) {
      root = data;
      return;
    }
    auto& into = *open_.back();
    bool is_key = into.kind == Kind::map && into.items.size() % 2 == 0;
    if (is_key) check_key(*data, mark);
    into.items.emplace_back(std::shared_ptr<const Node::Data>(data));
  }

  void check_key(const Node::Data& key, const YAML::Mark& mark) {
    if (key.kind != Kind::scalar) refuse_at(file_, mark, "a name is expected here");
    if (key.text == "<<")
      refuse_at(file_, mark, "merge keys (<<) are not read; write the values out");
    auto [first, is_new] = keys_.back().emplace(key.text, key.place.line);
    if (!is_new)
      refuse_at(file_, mark,
                key.text + " stands here twice, first in line " + std::to_string(first->second));
  }

  std::string file_;
  std::vector<Node::Data*> open_;
  std::vector<std::unordered_map<std::string, uint32_t>>
      keys_;  ///< of the open maps, with their lines
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

/// Bytes of the letter at `at`, or 0 where there is none: RFC 3629 without forms that are too long,
/// surrogates and what lies beyond U+10FFFF.
std::size_t letter_size(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t k) {
    return at + k < text.size() ? static_cast<unsigned char>(text[at + k]) : 0u;
  };
  auto lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  for (std::size_t k = 1; k < size; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  bool is_too_long = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  bool is_beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return is_too_long || is_beyond ? 0 : size;
}

/// Why the bytes are no text of YAML, with the first place; or npos.
std::size_t find_bad_byte(std::string_view text, const char*& says) {
  for (std::size_t at = 0; at < text.size();) {
    auto size = letter_size(text, at);
    auto lead = static_cast<unsigned char>(text[at]);
    says = "not UTF-8; save the file as UTF-8";
    if (size == 0) return at;
    says = "a control character, which no text file has";
    if (lead < ' ' && lead != '\t' && lead != '\n' && lead != '\r') return at;
    at += size;
  }
  return std::string_view::npos;
}

}  // namespace

Node parse(std::string_view yaml, const std::string& name) {
  if (yaml.size() > most_bytes) throw Error(Next::fix_settings, name + ": larger than 10 MB");
  const char* says = nullptr;
  if (auto at = find_bad_byte(yaml, says); at != std::string_view::npos) {
    auto line = 1 + std::count(yaml.begin(), yaml.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw Error(Next::fix_settings, name + ":" + std::to_string(line) + ": " + says);
  }
  std::istringstream in{std::string(yaml)};
  Builder builder(name);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& wrong) {
    refuse_at(name, wrong.mark, wrong.msg);
  }
  if (!builder.root) {
    builder.root = std::make_shared<Node::Data>();
    builder.root->place = {name, 1, 1};
  }
  return Node(builder.root);
}

namespace {

/// Trees of files, for as long as the files say the same. A run reads each of them twice, for its
/// meaning and to do what it says; parsing is most of what that costs.
class Parsed {
 public:
  Node of(const std::string& file, std::string text) {
    std::lock_guard lock(mutex_);
    auto known = files_.find(file);
    if (known != files_.end() && known->second.text == text) return known->second.root;
    auto root = parse(text, file);
    if (files_.size() >= most) files_.clear();
    files_.insert_or_assign(file, One{std::move(text), root});
    return root;
  }

 private:
  struct One {
    std::string text;
    Node root;
  };
  static constexpr std::size_t most = 64;

  std::mutex mutex_;
  std::map<std::string, One> files_;
};

}  // namespace

Node load(const std::filesystem::path& file) {
  static Parsed parsed;
  std::error_code trouble;
  if (std::filesystem::is_directory(file, trouble))
    throw Error(Next::fix_settings, file.string() + ": is a folder, a YAML file is expected");
  return parsed.of(file.string(), file_text(file));
}

}  // namespace homeroom::settings
