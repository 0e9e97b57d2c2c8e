#include "hub/resolve/model_file.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace homeroom::resolve {

namespace {

constexpr std::string_view version = "1";

/// The shortest text that reads back as the same number.
std::string number(double value) {
  std::array<char, 32> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

void say(std::string& out, const char* name, const std::vector<double>& values) {
  out += std::string("    ") + name + ": [";
  for (std::size_t level = 1; level < values.size(); ++level)
    out += (level > 1 ? ", " : "") + number(values[level]);
  out += "]\n";
}

double read_number(const settings::Node& node) {
  double value = 0;
  const auto& text = node.text();
  auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || !std::isfinite(value))
    node.refuse("expected a number");
  return value;
}

double read_share(const settings::Node& node) {
  auto value = read_number(node);
  if (value <= 0 || value > 1) node.refuse("expected a number above 0 and up to 1");
  return value;
}

std::vector<double> read_levels(const settings::Node& node, std::size_t levels, bool are_shares) {
  std::vector<double> made{0};
  for (const auto& item : node.items())
    made.push_back(are_shares ? read_share(item) : read_number(item));
  if (made.size() != levels)
    node.refuse("expected " + std::to_string(levels - 1) +
                " numbers; the model was learned by another version of the program");
  return made;
}

}  // namespace

std::string text_of(const Model& model) {
  std::string out = "# Learned by homeroom link; read again with --model.\n";
  out += "link_model: " + std::string(version) + "\n";
  out += "records: " + number(model.records) + "\n";
  out += "match: " + number(model.match) + "\nhome: " + number(model.home) + "\ncompared:\n";
  for (const auto& field : model.fields) {
    out += "  - name: '" + field.name + "'\n    # ";
    const auto& levels = level_names(field.what);
    for (std::size_t level = 1; level < levels.size(); ++level)
      out += (level > 1 ? ", " : "") + std::string(levels[level]);
    out += "\n";
    say(out, "same", field.same);
    say(out, "stranger", field.stranger);
    say(out, "home", field.home);
    say(out, "rarity", field.rarity);
  }
  return out;
}

Model read_model(const settings::Node& root, const Comparisons& comparisons) {
  if (root.require("link_model").text() != version)
    root.find("link_model").refuse("this program reads link_model: 1; learn the model again");
  root.only({"link_model", "records", "match", "home", "compared"});
  Model model;
  model.records = read_number(root.require("records"));
  model.match = read_share(root.require("match"));
  model.home = read_share(root.require("home"));
  auto compared = root.require("compared");
  auto items = compared.items();
  const auto& all = comparisons.all();
  if (items.size() != all.size())
    compared.refuse("the model compares " + std::to_string(items.size()) +
                    " things, the identity file " + std::to_string(all.size()) +
                    "; learn it again");
  for (std::size_t f = 0; f < all.size(); ++f) {
    items[f].only({"name", "same", "stranger", "home", "rarity"});
    auto name = items[f].require("name");
    if (name.text() != all[f].name)
      name.refuse("the identity file compares " + all[f].name + " here; learn the model again");
    Model::Field field;
    field.name = all[f].name;
    field.what = all[f].what;
    field.same = read_levels(items[f].require("same"), all[f].levels(), true);
    field.stranger = read_levels(items[f].require("stranger"), all[f].levels(), true);
    field.home = read_levels(items[f].require("home"), all[f].levels(), true);
    field.rarity = read_levels(items[f].require("rarity"), all[f].levels(), false);
    model.fields.push_back(std::move(field));
  }
  return model;
}

}  // namespace homeroom::resolve
