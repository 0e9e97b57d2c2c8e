// EntityFiles: mapped rows as one NDJSON file an entity in a folder.
#pragma once

#include <filesystem>

#include "hub/flow/entity_lines.hpp"
#include "hub/flow/mapped_run.hpp"
#include "hub/world/files.hpp"

namespace homeroom::flow {

class EntityFiles : public MappedRows {
 public:
  /// Makes the folder if need be. The files of `made` are written even when they get no row, so
  /// that none of an earlier run stays in their place; others when they get one. For the owner's
  /// eyes alone.
  EntityFiles(const record::Model& model, std::filesystem::path folder,
              const std::vector<record::EntityId>& made = {});

  std::unique_ptr<Part> new_part() const override;
  void fill(Part& part, const map::Output& output, const Places& places) const override;
  void take(Part& part) override;
  /// Lets the files appear under their names; without it those that were there stay as they were.
  void finish();

 private:
  struct Texts;
  world::AtomicFile& file_of(std::size_t entity);

  const record::Model& model_;
  std::filesystem::path folder_;
  std::vector<EntityLines> lines_;                         ///< by entity
  std::vector<std::unique_ptr<world::AtomicFile>> files_;  ///< by entity
};

}  // namespace homeroom::flow
