// The verb validate: a rule pack on canonical rows, on profiles or on a source's own files, without
// a store.
#include "hub/validate/validate.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using Path = std::filesystem::path;
using nlohmann::json;

struct Flags {
  std::string rules;
  std::vector<std::string> mappings, inputs, on, off;
  std::string out, before, amount, memory;
};

/// A pack by path, or by the name of one that the program brings along.
Path pack_of(const std::string& name, const Context& context) {
  if (std::filesystem::exists(name)) return name;
  auto folder = context.configs() / "rules";
  if (auto shipped = folder / (name + ".yaml"); std::filesystem::exists(shipped)) return shipped;
  std::vector<std::string> names;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      auto stem = entry.path().stem().string();
      if (entry.path().extension() == ".yaml" && !stem.ends_with("-model")) names.push_back(stem);
    }
  std::ranges::sort(names);
  std::string all;
  for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
  auto near = settings::did_you_mean(name, names);
  throw Error(Next::fix_settings, "no rule pack " + name +
                                      (near ? ", did you mean " + *near + "?" : "") +
                                      " (a file, or one of: " + all + ")");
}

/// One `--input`: what stands before and behind the sign.
struct Input {
  std::string name, file;
};

std::vector<Input> inputs_of(const std::vector<std::string>& texts) {
  std::vector<Input> inputs;
  for (const auto& text : texts) {
    auto sign = text.find('=');
    if (sign == std::string::npos || sign == 0)
      throw Error(
          Next::fix_settings,
          "--input takes ENTITY=FILE.ndjson, profile=FILE.ndjson, or STREAM=FILE with --mapping");
    inputs.push_back({text.substr(0, sign), text.substr(sign + 1)});
  }
  return inputs;
}

/// Streams whose rows the mappings have taken, and the columns behind fields, in the source's own
/// words.
class MappedInputs {
 public:
  MappedInputs(validate::Given& given, const record::Model& model) : given_(given), model_(model) {}

  /// What does not fit into memory while it is mapped goes to the disk of `scratch`.
  void take(const flow::FilesToMap& files, const Path& scratch) {
    source_ = files.mapping.stem().string();
    auto mapping =
        flow::map_in_slices(files, scratch, [&](const flow::MappedSlice& mapped) { take(mapped); });
    name_columns(*mapping);
  }
  std::string column_of(const std::string& entity, const std::string& field) const {
    auto found = columns_.find({entity, field});
    return found == columns_.end() ? "" : found->second;
  }

 private:
  void take(const flow::MappedSlice& mapped) {
    for (const auto& rows : mapped.output.entities)
      given_.add(rows,
                 [&](uint32_t row) { return place(mapped, rows.from_stream, rows.from_row[row]); });
    take_findings(mapped);
  }

  std::pair<uint32_t, uint32_t> place(const flow::MappedSlice& mapped, uint32_t stream,
                                      uint32_t row) {
    auto [file, line] = mapped.place(stream, row);
    auto name = mapped.mapping.reads()[stream].stream;
    auto [found, is_new] = origins_.try_emplace({name, file.string()});
    if (is_new) found->second = given_.origin(source_, name, file.string());
    return {found->second, line};
  }

  /// Values that the mapping could not read, with the student of the row where one came out of it.
  void take_findings(const flow::MappedSlice& mapped) {
    if (mapped.output.findings.empty()) return;
    std::map<std::tuple<record::EntityId, uint32_t, uint32_t>, std::string> students;
    for (const auto& finding : mapped.output.findings)
      students[{finding.entity, finding.stream, finding.row}];
    for (const auto& rows : mapped.output.entities) {
      const auto& student = rows.student.values ? rows.student : rows.key;
      if (!model_.entities[rows.entity].is_of_student) continue;
      for (uint32_t row = 0; row < rows.rows && !students.empty(); ++row)
        if (auto found = students.find({rows.entity, rows.from_stream, rows.from_row[row]});
            found != students.end() && student.is_valid(row))
          found->second = student.text_at(row).view();
    }
    for (const auto& finding : mapped.output.findings) {
      auto [origin, line] = place(mapped, finding.stream, finding.row);
      given_.add_unreadable(finding.entity, finding.field,
                            students[{finding.entity, finding.stream, finding.row}], origin, line);
    }
  }

  void name_columns(const map::Mapping& mapping) {
    for (record::EntityId e = 0; e < model_.entities.size(); ++e)
      for (record::FieldId f = 0; f < model_.entities[e].fields.size(); ++f) {
        const auto* source = mapping.source_of(e, f);
        if (!source) continue;
        auto& names = columns_[{model_.entities[e].name, model_.entities[e].fields[f].path}];
        for (const auto& column : source->columns) names += (names.empty() ? "" : ", ") + column;
      }
  }

  validate::Given& given_;
  const record::Model& model_;
  std::string source_;
  std::map<std::pair<std::string, std::string>, uint32_t> origins_;
  std::map<std::pair<std::string, std::string>, std::string> columns_;
};

/// The streams a mapping reads; none when it is wrong, which is said when it is used.
std::set<std::string> streams_of(const flow::FilesToMap& files) {
  std::vector<map::Remark> remarks;
  auto compiled = map::Mapping::compile(files.mapping, files.model, {}, files.parameters, remarks,
                                        map::fixed_hasher(), files.shelf);
  std::set<std::string> streams;
  if (compiled)
    for (const auto& reads : compiled->reads()) streams.insert(reads.stream);
  return streams;
}

std::string with_meant(std::string says, const std::string& word,
                       const std::vector<std::string>& names) {
  auto near = settings::did_you_mean(word, names);
  return says + (near ? ", did you mean " + *near + "?" : "");
}

void take_rows(const Input& input, validate::Given& given, const record::Model& model) {
  if (input.name == "profile") return given.read_profiles("profiles", input.file);
  auto entity = model.find(input.name);
  std::vector<std::string> names{"profile"};
  for (const auto& known : model.entities) names.push_back(known.name);
  if (!entity)
    throw Error(Next::fix_settings,
                with_meant("--input " + input.name + ": no entity or stream of this name",
                           input.name, names));
  given.read_rows(*entity, "rows", input.file);
}

void take_inputs(const Flags& flags, MappedInputs& mapped, validate::Given& given,
                 const record::Model& model, const std::map<std::string, std::string>& parameters,
                 const map::Shelf& shelf, uint64_t memory) {
  auto inputs = inputs_of(flags.inputs);
  std::vector<uint8_t> is_taken(inputs.size(), 0);
  for (const auto& mapping : flags.mappings) {
    flow::FilesToMap files{mapping, {}, model, parameters, shelf, memory};
    auto streams = streams_of(files);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (streams.contains(inputs[i].name)) {
        files.inputs.emplace(inputs[i].name, inputs[i].file);
        is_taken[i] = 1;
      }
    mapped.take(files, flags.out);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!is_taken[i]) take_rows(inputs[i], given, model);
}

validate::Before earlier_findings(const Path& file) {
  world::open_regular(file);  // says what is wrong with one that cannot be read
  std::ifstream findings(file, std::ios::binary);
  return validate::before_of(findings, file.string());
}

std::optional<double> amount_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  double amount = 0;
  auto end = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || amount < 0)
    throw Error(Next::fix_settings, "--amount-per-fte takes an amount as in 8241.50");
  return amount;
}

std::string run_day(const Context& context, const std::optional<settings::Workspace>& workspace) {
  auto day = context.parameters()["run_date"];
  if (day.empty() && workspace) day = workspace->parameters.at("run_date");
  if (day.empty())
    return record::iso_date(
        world::run_date(context.clock, workspace ? workspace->time_zone : "UTC"));
  if (!record::parse_iso_date(day)) throw Error(Next::fix_settings, "run_date takes YYYY-MM-DD");
  return day;
}

void tell(const Context& context, const validate::Verdict& verdict, const std::string& out,
          double seconds) {
  using record::Severity;
  if (context.is_json()) {
    json severities;
    for (auto severity : {Severity::fatal, Severity::critical, Severity::warning, Severity::info})
      severities[std::string(validate::word_of(severity))] = verdict.count(severity);
    json said = {{"pack", verdict.pack},
                 {"students", verdict.students},
                 {"rows", verdict.rows},
                 {"findings", severities},
                 {"seconds", seconds},
                 {"cpu_seconds", world::usage().cpu_seconds},
                 {"peak_rss_bytes", world::usage().peak_rss_bytes}};
    std::printf("%s\n", said.dump().c_str());
    return;
  }
  Table table({"rule", "severity", "findings", "students"});
  for (std::size_t i = 0; i < verdict.rules.size(); ++i)
    if (verdict.counts[i].findings > 0)
      table.add({verdict.rules[i].id, std::string(validate::word_of(verdict.rules[i].severity)),
                 with_commas(verdict.counts[i].findings), with_commas(verdict.counts[i].students)});
  if (!context.is_quiet && !verdict.found.empty()) std::printf("%s\n", table.text(2).c_str());
  std::size_t off = 0;
  for (std::size_t i = 0; i < verdict.rules.size(); ++i) {
    off += !verdict.rules[i].is_on;
    if (!verdict.counts[i].not_checked.empty() && !context.is_quiet)
      std::printf("%s was not checked: %s\n", verdict.rules[i].id.c_str(),
                  verdict.counts[i].not_checked.c_str());
  }
  std::printf("%s, %s: %s fatal, %s critical, %s, %s for information",
              plural(verdict.students, "student").c_str(), plural(verdict.rows, "row").c_str(),
              with_commas(verdict.count(Severity::fatal)).c_str(),
              with_commas(verdict.count(Severity::critical)).c_str(),
              plural(verdict.count(Severity::warning), "warning").c_str(),
              with_commas(verdict.count(Severity::info)).c_str());
  if (off) std::printf("; %s off", plural(off, "rule").c_str());
  std::printf(".\nWritten to %s: report.html, findings.csv, findings.json\n", out.c_str());
}

/// Findings name students: a file of mode 0600, for the owner's eyes alone.
void write_report(const Path& path, decltype(validate::write_csv)& report,
                  const validate::Verdict& verdict, const validate::ReportOptions& options) {
  world::AtomicFile file(path);
  report(verdict, options, [&](std::string_view piece) { file.write(piece); });
  file.commit();
}

void run(Context& context, const Flags& flags) {
  auto begun = world::steady_seconds();
  std::optional<settings::Workspace> workspace;
  if (std::filesystem::exists(Path(context.workspace) / "homeroom.yaml"))
    workspace = settings::load_workspace(context.workspace, context.parameters());
  auto parameters = map::parameters_on(run_day(context, workspace));
  validate::PackFiles files{pack_of(flags.rules, context), context.configs() / "model.yaml",
                            workspace ? workspace->model_extension : Path()};
  auto pack = validate::Pack::load(files, {flags.on, flags.off}, parameters);
  auto amount = amount_of(flags.amount);
  std::optional<validate::Before> before;
  if (!flags.before.empty()) before = earlier_findings(Path(flags.before) / "findings.json");
  Path out = flags.out;
  world::make_folder(out);
  flow::ScratchFile scratch(out, memory_of(flags.memory, workspace));
  validate::Given given(pack);
  given.spill_to(scratch);
  MappedInputs mapped(given, pack.model());
  // Half is for the rows that are kept for the rules and what is made of them.
  take_inputs(flags, mapped, given, pack.model(), parameters, shelf_of(context, workspace),
              scratch.budget() / 2);
  auto verdict = validate::judge(pack, given, before ? &*before : nullptr);
  validate::ReportOptions options{[&](const std::string& entity, const std::string& field) {
                                    return mapped.column_of(entity, field);
                                  },
                                  amount};
  write_report(out / "findings.csv", validate::write_csv, verdict, options);
  write_report(out / "findings.json", validate::write_json, verdict, options);
  write_report(out / "report.html", validate::write_html, verdict, options);
  tell(context, verdict, flags.out, world::steady_seconds() - begun);
  if (verdict.rows == 0)
    std::fprintf(stderr, "homeroom: no row was given, so nothing was checked\n");
  context.exit_code = verdict.has_grave() || verdict.rows == 0 ? 3 : 0;
}

}  // namespace

void add_validate(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("validate",
          "A rule pack on canonical rows, profiles or mapped files: findings as CSV, JSON and HTML")
      .takes("--rules", flags->rules, "A rule pack: its file, or the name of one in configs/rules",
             Need::must)
      .takes_each("--mapping", flags->mappings,
                  "A mapping file for inputs that are streams of a source")
      .takes_each("--input", flags->inputs,
                  "ENTITY=FILE.ndjson, profile=FILE.ndjson, or STREAM=FILE", Need::must)
      .takes("--out", flags->out, "Folder for findings.csv, findings.json and report.html",
             Need::must)
      .takes("--before", flags->before,
             "The --out of an earlier validate: what is new, what has shrunk")
      .takes_each("--turn-on", flags->on, "Id of a rule that is off, or all")
      .takes_each("--turn-off", flags->off, "Id of a rule, or all")
      .takes("--memory", flags->memory,
             "What rows may take in memory, like \"600 MiB\"; what does not fit goes to the disk "
             "of --out")
      .takes("--amount-per-fte", flags->amount,
             "The district's own amount; without it no money is said")
      .does([flags, &context] { run(context, *flags); });
}

}  // namespace homeroom::cli
