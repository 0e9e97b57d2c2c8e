// The report that a school works through: by school, then by rule, with what to do and where.
#include <algorithm>
#include <array>

#include "hub/validate/report_text.hpp"

namespace homeroom::validate {

namespace {

using record::Severity;

constexpr const char* style = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.35rem; margin-top: 2.5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.05rem; margin: 0 0 .3rem; } a { color: #0b4f9e; }
table { border-collapse: collapse; margin: .8rem 0; } th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #ccc; vertical-align: top; }
td.n, th.n { text-align: right; }
article { border: 1px solid #bbb; border-left-width: 6px; padding: .8rem 1rem; margin: 1rem 0; }
article.fatal { border-left-color: #8c1515; } article.critical { border-left-color: #b35c00; }
article.warning { border-left-color: #7a6a00; } article.info { border-left-color: #456; }
.grade { font-weight: 700; } .small { font-size: .88rem; color: #444; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .4rem 0; } dt { color: #444; } dd { margin: 0; }
caption { text-align: left; }
ul.records { list-style: none; padding: 0; margin: .5rem 0 0; columns: 8rem; } ul.records.placed { columns: 14rem; }
ul.students { list-style: none; padding: 0; columns: 17rem; } ul.students li { break-inside: avoid; padding-left: 1rem; text-indent: -1rem; }
ul.records li { break-inside: avoid; padding: .05rem 0; } ul.records li::before { content: "\2610\00a0"; }
.new { font-weight: 700; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; } section { break-before: page; } nav { display: none; } a { color: inherit; text-decoration: none; } h3 { break-after: avoid; } }
)";

std::string safe(std::string_view text) {
  std::string out;
  for (char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

std::string tag(const char* name, const std::string& inner) {
  return std::string("<") + name + ">" + inner + "</" + name + ">";
}

/// 12433 -> "12,433".
std::string digits(uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string plural(uint64_t count, const char* one, const char* many) {
  return digits(count) + " " + (count == 1 ? one : many);
}

/// A profile is made of many rows: the line it stands in tells a school nothing.
bool has_place(const Where& where) {
  return where.line > 0 && where.stream != "profile";
}

const char* meaning(Severity severity) {
  switch (severity) {
    case Severity::fatal:
      return "Fatal: the record cannot be sent";
    case Severity::critical:
      return "Critical: costs money or is refused later";
    case Severity::warning:
      return "Warning: please look at it";
    case Severity::info:
      break;
  }
  return "For information";
}

using Found = Findings::Iterator;

/// A rule behind a record number, so that both are sorted as bytes.
constexpr std::size_t rule_size = 5;

std::string rule_bytes(uint32_t rule) {
  std::string bytes(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(rule >> shift);
  return bytes;
}

uint32_t rule_of(std::string_view entry) {
  uint32_t rule = 0;
  for (char byte : entry.substr(entry.size() - rule_size))
    rule = rule << 8 | static_cast<unsigned char>(byte);
  return rule;
}

class Page {
 public:
  Page(const Verdict& verdict, const ReportOptions& options, const Write& write)
      : verdict_(verdict), options_(options), write_(write) {}

  void write() {
    head();
    overview();
    uint32_t number = 0;
    for (auto from = verdict_.found.begin(); from != verdict_.found.end(); ++number)
      from = school(number, from);
    not_checked();
    out_ += "</main>\n</body>\n</html>\n";
    write_(out_);
  }

 private:
  void head() {
    auto title = safe(verdict_.pack) + ": what to look at";
    out_ +=
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n";
    out_ += tag("title", title) + "\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n" +
            tag("h1", title) + "\n";
    out_ += tag("p", safe(verdict_.says)) + "\n";
    out_ +=
        tag("p", "Fiscal year " + std::to_string(verdict_.fiscal_year) + ", looked at on " +
                     verdict_.run_date + ": " + plural(verdict_.students, "student", "students") +
                     ", " + plural(verdict_.rows, "row", "rows") + ", " +
                     plural(verdict_.found.size(), "finding", "findings") +
                     ". Students are named by their record number only; no other value of theirs "
                     "is on this page.") +
        "\n";
  }

  void overview() {
    out_ +=
        "<nav aria-label=\"Schools\">\n<table>\n<caption class=\"small\">Findings by "
        "school</caption>\n<thead><tr>"
        "<th scope=\"col\">School</th>";
    for (const char* word : {"Fatal", "Critical", "Warning", "Information"})
      out_ += std::string("<th scope=\"col\" class=\"n\">") + word + "</th>";
    out_ += "</tr></thead>\n<tbody>\n";
    uint32_t number = 0;
    for (auto from = verdict_.found.begin(); from != verdict_.found.end(); ++number) {
      out_ += "<tr><th scope=\"row\"><a href=\"#school-" + std::to_string(number) + "\">" +
              safe(name_of(from->school)) + "</a></th>";
      std::array<uint64_t, 4> counts{};
      for (auto school = from->school; from != verdict_.found.end() && from->school == school;
           ++from)
        ++counts[static_cast<std::size_t>(verdict_.rules[from->rule].severity)];
      for (auto severity : {Severity::fatal, Severity::critical, Severity::warning, Severity::info})
        out_ += "<td class=\"n\">" + digits(counts[static_cast<std::size_t>(severity)]) + "</td>";
      out_ += "</tr>\n";
      write_full(out_, write_);
    }
    if (verdict_.found.empty()) out_ += "<tr><td colspan=\"5\">Nothing was found.</td></tr>\n";
    out_ += "</tbody>\n</table>\n</nav>\n";
    totals();
  }

  /// Students and FTE each rule touches; money only where the district gave an amount of its own.
  void totals() {
    if (verdict_.found.empty()) return;
    bool has_money = verdict_.has_fte && options_.amount_per_fte;
    out_ += "<table>\n<caption class=\"small\">What each rule touches";
    if (verdict_.has_fte)
      out_ += verdict_.is_fte_by_calendar
                  ? "; FTE by the hours of the school calendar"
                  : "; no calendar was given, so FTE is the percent of time";
    out_ +=
        "</caption>\n<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\" "
        "class=\"n\">Findings</th>"
        "<th scope=\"col\" class=\"n\">Students</th>";
    if (verdict_.has_fte) out_ += "<th scope=\"col\" class=\"n\">FTE</th>";
    if (has_money)
      out_ +=
          "<th scope=\"col\" class=\"n\">at " + fixed(*options_.amount_per_fte) + " an FTE</th>";
    out_ += "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < verdict_.rules.size(); ++i) {
      const auto& count = verdict_.counts[i];
      if (count.findings == 0) continue;
      out_ += "<tr><th scope=\"row\">" + safe(verdict_.rules[i].id) + "</th><td class=\"n\">" +
              digits(count.findings) + "</td><td class=\"n\">" + digits(count.students) + "</td>";
      if (verdict_.has_fte) out_ += "<td class=\"n\">" + fixed(count.fte) + "</td>";
      if (has_money)
        out_ += "<td class=\"n\">" + fixed(count.fte * *options_.amount_per_fte) + "</td>";
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table>\n";
  }

  std::string name_of(const std::string& school) const {
    return school.empty() ? "No school known, or the whole district"
                          : school_name(verdict_, school);
  }

  /// Answers where the next school begins.
  Found school(uint32_t number, Found from) {
    auto id = "school-" + std::to_string(number);
    out_ += "<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" +
            safe(name_of(from->school)) + "</h2>\n";
    const auto begin = from;
    auto is_here = [&] { return from != verdict_.found.end() && from->school == begin->school; };
    for (; is_here(); from = rule(from)) {
    }
    bool has_several = false;
    for (auto one = begin; one != from && !has_several; ++one)
      has_several = one->rule != begin->rule;
    if (has_several) by_student(begin, from);
    out_ += "</section>\n";
    return from;
  }

  /// Answers where the next rule begins.
  Found rule(Found from) {
    const auto& rule = verdict_.rules[from->rule];
    auto to = from;
    auto first = from->at.file;
    bool is_one_file = true;
    bool is_placed = false;
    for (; to != verdict_.found.end() && to->rule == from->rule && to->school == from->school;
         ++to) {
      is_one_file = is_one_file && to->at.file == first;
      is_placed = is_placed || has_place(to->at);
    }
    out_ += "<article class=\"" + std::string(word_of(rule.severity)) + "\">\n" +
            tag("h3", safe(rule.says)) + "\n";
    out_ += "<p class=\"small\"><span class=\"grade\">" + std::string(meaning(rule.severity)) +
            "</span> · rule " + safe(rule.id) +
            (rule.code.empty() ? "" : " · state code " + safe(rule.code)) +
            (rule.is_verified ? "" : " · the source of this rule is not verified") + "</p>\n<dl>\n";
    auto line = [&](const char* word, const std::string& text) {
      if (!text.empty()) out_ += tag("dt", word) + tag("dd", safe(text)) + "\n";
    };
    line("What to do", rule.remedy);
    line("Whose work", rule.owner);
    line("Where", where(rule, is_one_file && is_placed ? file_name(first) : ""));
    line("Rule from", rule.source);
    out_ += std::string("</dl>\n<ul class=\"records") + (is_placed ? " placed" : "") +
            "\" aria-label=\"Records\">\n";
    for (; from != to; ++from) {
      record(*from, !is_one_file);
      write_full(out_, write_);
    }
    out_ += "</ul>\n</article>\n";
    return to;
  }

  std::string where(const RuleText& rule, const std::string& file) const {
    auto column = column_of(rule, options_);
    if (column.empty()) return file;
    return file.empty() ? "column " + column : file + ", column " + column;
  }

  void record(const RuleFound& found, bool with_file) {
    out_ += "<li>";
    if (!found.student.empty())
      out_ += tag("b", safe(found.student));
    else
      out_ += found.group.empty() ? "the whole run" : safe(found.group);
    std::string place;
    if (has_place(found.at)) {
      if (with_file) place += " " + safe(file_name(found.at.file));
      place += " line " + std::to_string(found.at.line);
      if (has_place(found.beside)) place += " against line " + std::to_string(found.beside.line);
    }
    if (verdict_.has_before && found.is_new) place += " <span class=\"new\">new</span>";
    if (!place.empty()) out_ += "<span class=\"small\">" + place + "</span>";
    out_ += "</li>\n";
  }

  void by_student(Found from, Found to) {
    Sorted entries(verdict_.found.scratch());
    for (; from != to; ++from)
      if (!from->student.empty()) entries.add(from->student + rule_bytes(from->rule));
    if (entries.size() == 0) return;
    entries.sort();
    out_ += "<h3>By record number</h3>\n<ul class=\"students\">\n";
    std::string last;
    for (auto entry : entries) {
      if (entry == last) continue;
      auto student = entry.substr(0, entry.size() - rule_size);
      bool is_same = student == std::string_view(last).substr(0, last.size() - rule_size);
      if (!is_same) out_ += (last.empty() ? "<li>" : "</li>\n<li>") + tag("b", safe(student));
      out_ += (is_same ? ", " : " ") + safe(verdict_.rules[rule_of(entry)].id);
      last = entry;
      write_full(out_, write_);
    }
    out_ += "</li>\n</ul>\n";
  }

  void not_checked() {
    std::string rows;
    for (std::size_t i = 0; i < verdict_.rules.size(); ++i) {
      const auto& rule = verdict_.rules[i];
      auto why = rule.is_on         ? verdict_.counts[i].not_checked
                 : rule.off.empty() ? "turned off for this run"
                                    : "off: " + rule.off;
      if (why.empty()) continue;
      rows += "<tr><th scope=\"row\">" + safe(rule.id) + "</th>" + tag("td", safe(rule.says)) +
              tag("td", safe(why)) + "</tr>\n";
    }
    if (rows.empty()) return;
    out_ +=
        "<section aria-labelledby=\"not-checked\">\n<h2 id=\"not-checked\">Not "
        "checked</h2>\n<table>\n<thead><tr>"
        "<th scope=\"col\">Rule</th><th scope=\"col\">It would find</th><th scope=\"col\">Why "
        "not</th></tr></thead>\n"
        "<tbody>\n" +
        rows + "</tbody>\n</table>\n</section>\n";
  }

  const Verdict& verdict_;
  const ReportOptions& options_;
  const Write& write_;
  std::string out_;
};

}  // namespace

void write_html(const Verdict& verdict, const ReportOptions& options, const Write& write) {
  Page(verdict, options, write).write();
}

}  // namespace homeroom::validate
