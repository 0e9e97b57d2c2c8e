#include "hub/plugin/manifest_yaml.hpp"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>

#include "homeroom/error.hpp"
#include "hub/plugin/nearest.hpp"

namespace homeroom::plugin {
namespace {

constexpr int most_depth = 8;
constexpr int most_nodes = 20'000;

// Sees the events of the parser, so that nothing is built from a document that will be refused.
class Gate : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { seen(mark, "", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string&) override {
    seen(mark, tag, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    enter(mark, tag, anchor);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    enter(mark, tag, anchor);
  }
  void OnMapEnd() override { --depth_; }

 private:
  [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& what) {
    throw YAML::ParserException(mark, what + " are not allowed here");
  }
  void seen(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "anchors");
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "tags");
    if (++nodes_ > most_nodes) refuse(mark, "so many entries");
  }
  void enter(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    seen(mark, tag, anchor);
    if (++depth_ > most_depth) refuse(mark, "deeper levels");
  }
  int depth_ = 0;
  int nodes_ = 0;
};

std::string place(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : file + " line " + std::to_string(mark.line + 1);
}

}  // namespace

YAML::Node load_yaml(std::string_view yaml, const std::string& file) try {
  std::string text(yaml);
  std::istringstream first_look(text);
  YAML::Parser parser(first_look);
  Gate gate;
  if (!parser.HandleNextDocument(gate)) throw Error(Next::fix_settings, file + " is empty");
  if (parser.HandleNextDocument(gate))
    throw Error(Next::fix_settings, file + " holds more than one document");
  return YAML::Load(text);
} catch (const YAML::Exception& error) {
  throw Error(Next::fix_settings, place(file, error.mark) + ": " + error.msg);
}

YamlMap::YamlMap(const YAML::Node& node, std::string file, std::string where)
    : node_(node), file_(std::move(file)), where_(std::move(where)) {
  if (!node_.IsMap())
    throw Error(Next::fix_settings, place(file_, node_.Mark()) + ": " +
                                        (where_.empty() ? "the document" : where_) +
                                        " is not a mapping (expected key: value)");
  std::vector<std::string> keys;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar())
      throw Error(Next::fix_settings,
                  place(file_, entry.first.Mark()) + ": a key is no plain word");
    keys.push_back(entry.first.Scalar());
    if (std::ranges::count(keys, keys.back()) > 1)
      throw Error(Next::fix_settings,
                  place(file_, entry.first.Mark()) + ": '" + keys.back() + "' is there twice");
  }
}

YAML::Node YamlMap::child(const std::string& key) {
  asked_.push_back(key);
  const YAML::Node& self = node_;  // operator[] of a non-const node would add the key
  return self[key];
}

bool YamlMap::has(const std::string& key) const {
  const YAML::Node& self = node_;
  return static_cast<bool>(self[key]);
}

void YamlMap::refuse(const std::string& key, const std::string& why) const {
  const YAML::Node& self = node_;
  YAML::Node at = self[key];
  throw Error(Next::fix_settings, place(file_, at ? at.Mark() : node_.Mark()) + ": " +
                                      (where_.empty() ? "" : where_ + ".") + key + " " + why);
}

std::string YamlMap::text(const std::string& key, const std::string& fallback) {
  YAML::Node found = child(key);
  if (!found) return fallback;
  if (!found.IsScalar()) refuse(key, "is not a text");
  return found.Scalar();
}

std::string YamlMap::needed(const std::string& key) {
  std::string found = text(key);
  if (found.empty()) refuse(key, "is missing");
  return found;
}

bool YamlMap::flag(const std::string& key) {
  std::string found = text(key, "false");
  if (found != "true" && found != "false") refuse(key, "is neither true nor false");
  return found == "true";
}

std::vector<std::string> YamlMap::texts(const std::string& key) {
  YAML::Node found = child(key);
  if (!found) return {};
  if (!found.IsSequence()) refuse(key, "is not a list");
  std::vector<std::string> all;
  for (const auto& item : found) {
    if (!item.IsScalar()) refuse(key, "holds something that is not a text");
    all.push_back(item.Scalar());
  }
  return all;
}

void YamlMap::part(const std::string& key, const std::function<void(YamlMap&)>& read) {
  YAML::Node found = child(key);
  if (!found) return;
  YamlMap one(found, file_, where_.empty() ? key : where_ + "." + key);
  read(one);
  one.finish();
}

void YamlMap::entries(const std::string& key,
                      const std::function<void(const std::string&, YamlMap&)>& each) {
  YAML::Node found = child(key);
  if (!found || found.IsNull()) return;
  std::string below = where_.empty() ? key : where_ + "." + key;
  YamlMap list(found, file_, below);
  for (const auto& entry : found) {
    const std::string name = entry.first.Scalar();
    YamlMap one(entry.second, file_, below + "." + name);
    each(name, one);
    one.finish();
  }
}

void YamlMap::finish() const {
  for (const auto& entry : node_) {
    const std::string key = entry.first.Scalar();
    if (std::ranges::find(asked_, key) == asked_.end())
      refuse(key, "is not known" + did_you_mean(key, asked_));
  }
}

}  // namespace homeroom::plugin
