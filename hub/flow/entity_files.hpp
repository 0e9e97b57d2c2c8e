// EntityFiles: mapped rows as one NDJSON file an entity in a folder.
#pragma once

#include <cstdio>
#include <filesystem>

#include "hub/flow/entity_lines.hpp"
#include "hub/flow/mapped_run.hpp"

namespace homeroom::flow {

class EntityFiles : public MappedRows {
 public:
  /// Makes the folder if need be. Files that are there are written anew.
  EntityFiles(const record::Model& model, std::filesystem::path folder);

  std::unique_ptr<Part> new_part() const override;
  void fill(Part& part, const map::Output& output, const Places& places) const override;
  void take(Part& part) override;
  /// Closes the files. Throws Error(fail) when something could not be written.
  void finish();

 private:
  struct Texts;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_of(std::size_t entity) const;

  const record::Model& model_;
  std::filesystem::path folder_;
  std::vector<EntityLines> lines_;                                ///< by entity
  std::vector<std::unique_ptr<std::FILE, Close>> files_;          ///< by entity
};

}  // namespace homeroom::flow
