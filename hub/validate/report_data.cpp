// Findings for machines: CSV and JSON.
#include <cstdio>

#include "hub/record/json.hpp"
#include "hub/record/spreadsheet.hpp"
#include "hub/validate/report_text.hpp"

namespace homeroom::validate {

namespace {

/// One JSON object, member by member.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  Object& text(const char* name, std::string_view value) {
    this->name(name);
    record::append_json_string(out_, value);
    return *this;
  }
  Object& raw(const char* name, const std::string& value) {
    this->name(name);
    out_ += value;
    return *this;
  }
  Object& number(const char* name, uint64_t value) { return raw(name, std::to_string(value)); }
  Object& flag(const char* name, bool value) { return raw(name, value ? "true" : "false"); }
  void end() { out_ += '}'; }

 private:
  void name(const char* name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    record::append_json_string(out_, name);
    out_ += ':';
  }
  std::string& out_;
  bool is_first_ = true;
};

std::string json_of(const Where& where) {
  std::string out;
  Object(out)
      .text("source", where.source)
      .text("stream", where.stream)
      .text("file", where.file)
      .number("line", where.line)
      .end();
  return out;
}

std::string json_of_rule(const RuleText& rule, const RuleCount& count,
                         const ReportOptions& options) {
  std::string out;
  Object object(out);
  object.text("id", rule.id)
      .text("code", rule.code)
      .text("severity", word_of(rule.severity))
      .text("says", rule.says);
  object.text("remedy", rule.remedy).text("owner", rule.owner).text("source", rule.source);
  object.raw("fiscal_year", std::to_string(rule.fiscal_year))
      .flag("verified", rule.is_verified)
      .flag("on", rule.is_on);
  object.text("entity", rule.entity)
      .text("field", rule.field)
      .text("column", column_of(rule, options));
  object.text("not_checked", count.not_checked)
      .number("findings", count.findings)
      .number("students", count.students);
  object.raw("fte", fixed(count.fte));
  if (options.amount_per_fte) object.raw("amount", fixed(count.fte * *options.amount_per_fte));
  object.end();
  return out;
}

std::string json_of_found(const Verdict& verdict, const RuleFound& found,
                          const ReportOptions& options) {
  const auto& rule = verdict.rules[found.rule];
  std::string out;
  Object object(out);
  object.text("rule", rule.id)
      .text("severity", word_of(rule.severity))
      .text("student", found.student);
  object.text("school", found.school).text("entity", rule.entity).text("field", rule.field);
  object.text("column", column_of(rule, options)).raw("at", json_of(found.at));
  if (!found.beside.file.empty()) object.raw("beside", json_of(found.beside));
  object.text("group", found.group).raw("fte", fixed(found.fte)).flag("new", found.is_new);
  object.text("identity", identity_of(verdict, found)).end();
  return out;
}

}  // namespace

void write_csv(const Verdict& verdict, const ReportOptions& options, const Write& write) {
  std::string out =
      "severity,rule,code,student,school,school_name,entity,field,column,source,stream,file,line,"
      "other_line,group,fte,"
      "new,says,remedy,owner\r\n";
  for (const auto& found : verdict.found) {
    const auto& rule = verdict.rules[found.rule];
    auto line = [](const Where& where) { return where.line ? std::to_string(where.line) : ""; };
    bool has_school = !found.school.empty();
    const std::string cells[] = {std::string(word_of(rule.severity)),
                                 rule.id,
                                 rule.code,
                                 found.student,
                                 found.school,
                                 has_school ? school_name(verdict, found.school) : "",
                                 rule.entity,
                                 rule.field,
                                 column_of(rule, options),
                                 found.at.source,
                                 found.at.stream,
                                 found.at.file,
                                 line(found.at),
                                 line(found.beside),
                                 found.group,
                                 found.student.empty() ? "" : fixed(found.fte),
                                 found.is_new ? "yes" : "no",
                                 rule.says,
                                 rule.remedy,
                                 rule.owner};
    bool is_first = true;
    for (const auto& text : cells) {
      if (!is_first) out += ',';
      is_first = false;
      out += record::spreadsheet_cell(text);
    }
    out += "\r\n";
    write_full(out, write);
  }
  write(out);
}

void write_json(const Verdict& verdict, const ReportOptions& options, const Write& write) {
  std::string severities, rules, measures;
  Object counts(severities);
  for (auto severity : {record::Severity::fatal, record::Severity::critical,
                        record::Severity::warning, record::Severity::info})
    counts.number(std::string(word_of(severity)).c_str(), verdict.count(severity));
  counts.end();
  for (std::size_t i = 0; i < verdict.rules.size(); ++i)
    rules += (i ? ",\n " : "") + json_of_rule(verdict.rules[i], verdict.counts[i], options);
  Object measured(measures);
  for (const auto& [name, number] : verdict.measures) measured.raw(name.c_str(), number);
  measured.end();
  std::string out;
  Object object(out);
  object.text("pack", verdict.pack).raw("fiscal_year", std::to_string(verdict.fiscal_year));
  object.text("run_date", verdict.run_date)
      .number("students", verdict.students)
      .number("rows", verdict.rows);
  object.text("fte_by", !verdict.has_fte             ? ""
                        : verdict.is_fte_by_calendar ? "calendar"
                                                     : "percent of time");
  object.raw("severities", severities).raw("rules", "[" + rules + "]\n").raw("findings", "[");
  bool is_first = true;
  for (const auto& one : verdict.found) {
    if (!is_first) out += ",\n ";
    is_first = false;
    out += json_of_found(verdict, one, options);
    write_full(out, write);
  }
  out += "]\n";
  object.raw("measures", measures).end();
  out += '\n';
  write(out);
}

void write_full(std::string& out, const Write& write) {
  constexpr std::size_t piece_bytes = 64 << 10;
  if (out.size() < piece_bytes) return;
  write(out);
  out.clear();
}

std::string fixed(double number) {
  char text[48];
  std::snprintf(text, sizeof text, "%.2f", number);
  return text;
}

std::string column_of(const RuleText& rule, const ReportOptions& options) {
  if (rule.field.empty()) return "";
  auto column = options.column_of ? options.column_of(rule.entity, rule.field) : "";
  return column.empty() ? rule.field : column;
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string school_name(const Verdict& verdict, const std::string& school) {
  auto found = verdict.school_names.find(school);
  return found == verdict.school_names.end() ? school : found->second;
}

}  // namespace homeroom::validate
