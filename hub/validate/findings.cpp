#include "hub/validate/findings.hpp"

#include <cstring>

#include "hub/record/varint.hpp"

namespace homeroom::validate {

namespace {

/// Bytes that are ordered as the texts are, and end by themselves.
void append_ordered(std::string& out, std::string_view text) {
  for (char letter : text) {
    out += letter;
    if (letter == '\0') out += '\xFF';
  }
  out.append(2, '\0');
}

void read_ordered(const char*& at, std::string& text) {
  text.clear();
  for (; at[0] != '\0' || at[1] != '\0'; ++at) {
    text += *at;
    if (*at == '\0') ++at;
  }
  at += 2;
}

/// The highest byte first: ordered as the numbers are.
template <class Number>
void append_ordered(std::string& out, Number number) {
  for (auto shift = static_cast<int>(8 * sizeof number); shift > 0;)
    out += static_cast<char>(number >> (shift -= 8));
}

template <class Number>
Number read_ordered(const char*& at) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i)
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(*at++));
  return number;
}

}  // namespace

uint32_t Findings::origin(const Where& where) {
  auto [known, is_new] = numbers_.try_emplace({where.source, where.stream, where.file},
                                              static_cast<uint32_t>(origins_.size()));
  if (is_new) origins_.push_back({where.source, where.stream, where.file, 0});
  return known->second;
}

void Findings::add(const RuleFound& found, record::Severity severity) {
  entry_.clear();
  append_ordered(entry_, std::string_view(found.school));
  append_ordered(entry_, static_cast<uint8_t>(UINT8_MAX - static_cast<uint8_t>(severity)));
  append_ordered(entry_, found.rule);
  append_ordered(entry_, std::string_view(found.student));
  append_ordered(entry_, found.rank);
  append_ordered(entry_, found.at.line);
  append_ordered(entry_, entries_.size());
  record::append_number(entry_, origin(found.at));
  record::append_number(entry_, origin(found.beside));
  record::append_number(entry_, found.beside.line);
  entry_.append(reinterpret_cast<const char*>(&found.fte), sizeof found.fte);
  entry_ += static_cast<char>(found.is_new);
  entry_ += found.group;
  entries_.add(entry_);
}

Findings::Iterator::Iterator(const Findings& of, Sorted::Iterator at)
    : of_(&of), at_(std::move(at)) {
  if (at_ != of_->entries_.end()) read();
}

Findings::Iterator& Findings::Iterator::operator++() {
  if (++at_ != of_->entries_.end()) read();
  return *this;
}

void Findings::Iterator::read() {
  auto entry = *at_;
  const auto* at = entry.data();
  read_ordered(at, found_.school);
  read_ordered<uint8_t>(at);  // the severity is the rule's
  found_.rule = read_ordered<uint32_t>(at);
  read_ordered(at, found_.student);
  found_.rank = read_ordered<uint64_t>(at);
  auto line = read_ordered<uint32_t>(at);
  read_ordered<uint64_t>(at);  // its number in the order of being found
  found_.at = of_->origins_[record::read_number(at)];
  found_.at.line = line;
  found_.beside = of_->origins_[record::read_number(at)];
  found_.beside.line = record::read_number(at);
  std::memcpy(&found_.fte, at, sizeof found_.fte);
  at += sizeof found_.fte;
  found_.is_new = *at++ != 0;
  found_.group.assign(at, entry.data() + entry.size());
}

}  // namespace homeroom::validate
