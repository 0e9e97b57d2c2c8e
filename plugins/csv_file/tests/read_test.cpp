#include "tests/sdk/plugin_in_hub.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CsvFile : public PluginInHub {
 protected:
  CsvFile() : PluginInHub("csv_file") {
    settings = {{"folder", folder.path()}, {"files.t.path", "t.csv"}, {"files.t.key", "id"}};
  }
  std::vector<std::string> table(const std::string& text, const std::vector<std::string>& columns) {
    file("t.csv", text);
    return rows("t", columns);
  }
  std::string refusal(const std::string& text, const std::vector<std::string>& columns = {"id"}) {
    return error([&] { table(text, columns); });
  }
};

TEST_F(CsvFile, GivesTheColumnsAskedForInTheOrderAskedFor) {
  EXPECT_THAT(table("id,a,b\n1,x,y\n2,,\n3,a longer text than fits,z\n", {"b", "id", "a", "c?"}),
              ElementsAre("y|1|x", "-|2|-", "z|3|a longer text than fits"));
  EXPECT_THAT(lines, ElementsAre(2, 3, 4));
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.proof, Proof::settled);
  EXPECT_EQ(end.records, 3u);
}

TEST_F(CsvFile, UndoesQuotesAndCountsLinesInsideThem) {
  EXPECT_THAT(table("id,a\r\n1,\"a, \"\"b\"\" and so on\"\r\n2,\"two\r\nlines\"\r\n3,\"\"\r\n4,x",
                    {"id", "a"}),
              ElementsAre("1|a, \"b\" and so on", "2|two\r\nlines", "3|-", "4|x"));
  EXPECT_THAT(lines, ElementsAre(2, 3, 5, 6));
}

TEST_F(CsvFile, SkipsAByteOrderMarkAndEmptyLines) {
  EXPECT_THAT(table("\xEF\xBB\xBF\"id\",a\n1,x\n\n2,y\n\n", {"id"}), ElementsAre("1", "2"));
  EXPECT_THAT(lines, ElementsAre(2, 4));
  EXPECT_EQ(end.records, 2u);
}

TEST_F(CsvFile, SetsARaggedRowAsideWithNothingOfUnwantedColumns) {
  EXPECT_THAT(table("id,secret,a\n1,s1,x\n2,s2,y,z\n3,s3\n4,s4,w\n", {"id", "a"}),
              ElementsAre("1|x", "4|w"));
  EXPECT_THAT(lines, ElementsAre(2, 5));
  ASSERT_EQ(asides.size(), 2u);
  EXPECT_EQ(asides[0].why, "4 cells, the header has 3");
  EXPECT_EQ(asides[0].line, 3u);
  EXPECT_EQ(asides[0].record, 2u);
  EXPECT_EQ(asides[0].offset, 19u);
  EXPECT_EQ(asides[0].key, "2");
  EXPECT_EQ(asides[0].bytes, "2");
  EXPECT_EQ(asides[1].why, "2 cells, the header has 3");
  EXPECT_EQ(asides[1].bytes, "");
  EXPECT_EQ(end.records, 4u);
  EXPECT_EQ(end.set_aside, 2u);
  EXPECT_TRUE(end.complete);
}

TEST_F(CsvFile, DoesNotLetAShortRowAndALongOneMakeUpForEachOther) {
  EXPECT_THAT(table("id,a\n1\n2,x,y\n3,z\n", {"id", "a"}), ElementsAre("3|z"));
}

TEST_F(CsvFile, SetsARowWithTextBesideItsQuotesAside) {
  EXPECT_THAT(table("id,a,b\n1,\"x\" y,1\n2,z,2\n", {"id", "a"}), ElementsAre("2|z"));
  ASSERT_EQ(asides.size(), 1u);
  EXPECT_EQ(asides[0].field, "a");
  EXPECT_EQ(asides[0].key, "1");
  EXPECT_EQ(asides[0].bytes, "1\x1F\"x\" y");
}

TEST_F(CsvFile, SetsACellOverOneMebibyteAside) {
  std::string long_cell(HR_MAX_CELL + 1, 'x');
  EXPECT_THAT(table("id,a\n1," + long_cell + "\n2,y\n", {"id", "a"}), ElementsAre("2|y"));
  ASSERT_EQ(asides.size(), 1u);
  EXPECT_EQ(asides[0].key, "1");
  EXPECT_EQ(asides[0].bytes, "1");
}

TEST_F(CsvFile, ReadsManyChunksWithTheRightLines) {
  std::string text = "id,a\n";
  for (int i = 0; i < 60000; ++i) text += std::to_string(i) + ",some text or other\n";
  file("t.csv", text);
  auto all = rows("t", {"id"}, Mode::full, 4096);
  ASSERT_EQ(all.size(), 60000u);
  EXPECT_EQ(all[59999], "59999");
  EXPECT_EQ(lines[59999], 60001u);
}

struct Bad {
  std::string name, text, says;
};
void PrintTo(const Bad& bad, std::ostream* to) {
  *to << bad.name;
}

class CsvFileRefuses : public CsvFile, public testing::WithParamInterface<Bad> {};

TEST_P(CsvFileRefuses, WithOneClearMessage) {
  EXPECT_THAT(refusal(GetParam().text), HasSubstr(GetParam().says));
  EXPECT_EQ(next, Next::not_readable);
}

INSTANTIATE_TEST_SUITE_P(
    Input, CsvFileRefuses,
    testing::Values(
        Bad{"OpenQuote", "id,a\n1,x\n2,\"y\n3,z\n", "t.csv line 3: a quote opens here"},
        Bad{"QuoteCut", "id,a\n1,\"x", "t.csv line 2: a quote opens here"},
        Bad{"StrayQuote", "id,a\n1,5\"\n", "t.csv line 2: a quote stands inside a cell"},
        Bad{"RowCut", "id,a,b\n1,x,y\n2,x", "t.csv line 3: the file ends in the middle of a row"},
        Bad{"Nul", std::string("id,a\n1,x\n2,\0\n", 13), "t.csv line 3: there is a NUL byte"},
        Bad{"Utf16", std::string("\xFF\xFEi\0d\0\n\0", 8), "t.csv line 1: the file is UTF-16"},
        Bad{"Latin1", "id,a\n1,x\n2,\xE9\n", "t.csv line 3: not UTF-8"},
        Bad{"CharacterCut", "id,a\n1,\xC3", "t.csv line 2: not UTF-8"},
        Bad{"Overlong", "id,a\n1,\xC0\xAF\n", "not UTF-8"},
        Bad{"Surrogate", "id,a\n1,\xED\xA0\x80\n", "not UTF-8"},
        Bad{"Twice", "id,a,a\n1,x,y\n", "column a stands there twice"},
        Bad{"CarriageReturns", "id,a\r1,x\r2,y\r",
            "t.csv line 1: its lines end with a carriage return alone"},
        Bad{"ManyColumns", "id" + std::string(5000, ',') + "\n",
            "t.csv line 1: there are more than 4,096 columns"},
        Bad{"BigEndian", std::string("\xFE\xFF\0i\0d\0\n", 8), "t.csv line 1: the file is UTF-16"},
        Bad{"NoColumn", "idd,a\n1,x\n", "t.csv line 1: column id is missing; did you mean idd?"},
        Bad{"LongRow", "id\n1\n" + std::string(10'000'001, 'x') + "\n",
            "record 2 is longer than 10 MB"}),
    [](const auto& bad) { return bad.param.name; });

TEST_F(CsvFile, KeepsWhatOtherProgramsWouldReadAsMore) {
  EXPECT_THAT(table("id,a\n007,=cmd|' /C calc'!A0\n1E5,@SUM(1)\n99999999999999999999,\"\tlead\"\n",
                    {"id", "a"}),
              ElementsAre("007|=cmd|' /C calc'!A0", "1E5|@SUM(1)", "99999999999999999999|\tlead"));
}

TEST_F(CsvFile, ReadsMixedLineEndsAndSetsARowOfCarriageReturnsAside) {
  EXPECT_THAT(table("id,a\r\n1,x\n2,y\r\n3,z\r4,w\n5,v\n", {"id", "a"}),
              ElementsAre("1|x", "2|y", "5|v"));
  ASSERT_EQ(asides.size(), 1u);
  EXPECT_EQ(asides[0].line, 4u);
}

TEST_F(CsvFile, TakesAnEmptyFileAsNotComplete) {
  EXPECT_THAT(table("", {"id"}), IsEmpty());
  EXPECT_FALSE(end.complete);
  EXPECT_THAT(said.str(), HasSubstr("t.csv is empty"));
}

TEST_F(CsvFile, TakesAHeaderAloneAsCompleteUnlessTheSettingsForbidIt) {
  EXPECT_THAT(table("id,a\n", {"id"}), IsEmpty());
  EXPECT_TRUE(end.complete);
  settings.emplace_back("files.t.may_be_empty", "false");
  EXPECT_THAT(table("id,a", {"id"}), IsEmpty());
  EXPECT_FALSE(end.complete);
}

TEST_F(CsvFile, ReadsADeclaredEncodingAndDelimiter) {
  settings.emplace_back("files.t.encoding", "windows-1252");
  settings.emplace_back("files.t.delimiter", "tab");
  settings.emplace_back("files.t.quote", "'");
  EXPECT_THAT(table("id\ta\n1\t'\x80\t\xE9'\n", {"id", "a"}), ElementsAre("1|\u20AC\t\u00E9"));
}

TEST_F(CsvFile, NamesAMissingFile) {
  EXPECT_TRUE(source().discover().empty());
  EXPECT_EQ(error([&] { rows("t", {"id"}); }), "t.csv is missing");
}

TEST_F(CsvFile, FollowsNoLink) {
  file("real.csv", "id\n1\n");
  std::filesystem::create_symlink(folder.path() / "real.csv", folder.path() / "t.csv");
  EXPECT_EQ(error([&] { rows("t", {"id"}); }), "t.csv is a link");
}

TEST_F(CsvFile, CountsAFileThatGrowsMeanwhileAsNotComplete) {
  file("t.csv", "id\n1\n");
  auto reader = source().read({"t", "", Mode::full, {"id"}, 2, 1 << 24});
  std::ofstream(folder.path() / "t.csv", std::ios::app) << "2\n";
  while (reader->next()) {
  }
  EXPECT_FALSE(reader->end().complete);
  EXPECT_THAT(said.str(), HasSubstr("t.csv changed while it was read"));
}

TEST_F(CsvFile, DescribesItsStreams) {
  settings.emplace_back("files.t.subject", "id");
  settings.emplace_back("files.t.space", "sis.student");
  file("t.csv", "id,a\n");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].columns.size(), 2u);
  EXPECT_THAT(streams[0].key, ElementsAre("id"));
  EXPECT_EQ(streams[0].subject, "id");
  EXPECT_EQ(streams[0].gone, Gone::absent);
  EXPECT_FALSE(streams[0].mode.has_value());
}

TEST_F(CsvFile, OffersOneSourcesRemovedSubjects) {
  file("t.csv", "id\n");
  settings.emplace_back("removed.path", "removed.csv");
  settings.emplace_back("removed.source", "sis");
  EXPECT_EQ(source().discover().size(), 1u);
  file("removed.csv", "source,key\nclinic,7\nsis,1\nsis,2\nclinic,8\nsis,3\n");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[1].gone, Gone::marked);
  EXPECT_THAT(rows("removed", {"key"}, Mode::changes), ElementsAre("1", "2", "3"));
  EXPECT_EQ(end.records, 3u);
  EXPECT_EQ(gone.size(), 3u);
}

TEST_F(CsvFile, ARowMayNameItsRecordAsGone) {
  settings.emplace_back("files.t.removed.column", "Op");
  settings.emplace_back("files.t.removed.is", "D");
  file("t.csv", "id,Op\n1,\n2,D\n3,d\n4,U\n");
  EXPECT_THAT(rows("t", {"id"}), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(gone.size(), 2u);
}

TEST_F(CsvFile, AnyTextInTheColumnRemovesWhereNoneIsNamed) {
  settings.emplace_back("files.t.removed.column", "Deleted_On");
  file("t.csv", "id,Deleted_On\n1,\n2,2026-01-09\n");
  rows("t", {"id"});
  EXPECT_EQ(gone.size(), 1u);
}

// Else a slip would turn every removal into a record that stays.
TEST_F(CsvFile, AColumnOfRemovalsThatIsMissingIsSaid) {
  settings.emplace_back("files.t.removed.column", "Op");
  file("t.csv", "id,Opp\n1,D\n");
  EXPECT_THAT(error([&] { rows("t", {"id"}); }),
              HasSubstr("t.csv line 1: column Op is missing; did you mean Opp?"));
}

TEST_F(CsvFile, ATextOfRemovalsNeedsItsColumn) {
  settings.emplace_back("files.t.removed.is", "D");
  file("t.csv", "id,Op\n1,D\n");
  EXPECT_THAT(error([&] { source().discover(); }), HasSubstr("files.t.removed.column"));
}

TEST_F(CsvFile, AFileMayComeWithoutAColumnOfRemovals) {
  settings.emplace_back("files.t.removed.column", "Op?");
  file("t.csv", "id\n1\n");
  rows("t", {"id"});
  EXPECT_EQ(gone.size(), 0u);
}

TEST_F(CsvFile, DecodesAFileOfManyChunksToItsEnd) {
  settings.emplace_back("files.t.encoding", "latin1");
  std::string text = "id,a\n";
  for (int i = 0; i < 40000; ++i) text += std::to_string(i) + ",\xE9t\xE9 caf\xE9\n";
  file("t.csv", text);
  auto all = rows("t", {"id", "a"}, Mode::full, 4096);
  ASSERT_EQ(all.size(), 40000u);
  EXPECT_EQ(all.back(), "39999|\u00E9t\u00E9 caf\u00E9");
  EXPECT_TRUE(end.complete);
}

TEST_F(CsvFile, OffersRemovedSubjectsWithoutAnyOtherFile) {
  settings = {{"folder", folder.path()},
              {"removed.path", "removed.csv"},
              {"removed.source", "clinic"},
              {"removed.space", "fhir.Patient"}};
  EXPECT_TRUE(source().discover().empty());
  file("removed.csv", "source,key\nclinic,7\nsis,1\n");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].name, "removed");
  EXPECT_THAT(streams[0].key, ElementsAre("key"));
  EXPECT_EQ(streams[0].subject, "key");
  EXPECT_EQ(streams[0].space, "fhir.Patient");
  auto reader = source().read({"removed", "", Mode::changes, {"source", "key"}, 10, 1 << 20});
  auto arrival = reader->next();
  ASSERT_TRUE(arrival.has_value());
  ASSERT_EQ(arrival->rows.rows, 1u);
  EXPECT_EQ(line_of(arrival->rows, 0), "clinic|7");
  EXPECT_THAT(arrival->rows.is_gone, ElementsAre(1));
}

TEST_F(CsvFile, RefusesAPathOutOfTheFolder) {
  settings = {{"folder", folder.path()}, {"files.t", "../t.csv"}};
  EXPECT_THAT(error([&] { source().discover(); }), HasSubstr("files.t.path leaves the folder"));
  EXPECT_EQ(next, Next::fix_settings);
}

TEST_F(CsvFile, UnpacksGzipAndNoticesThatItIsCut) {
  settings[1].second = "t.csv.gz";
  // One stored block of "id\n1\n", its CRC and its length.
  std::string packed = std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10) +
                       std::string("\x01\x05\x00\xfa\xff", 5) + "id\n1\n" +
                       std::string("\x0f\xe9\x5b\xcd", 4) + std::string("\x05\x00\x00\x00", 4);
  file("t.csv.gz", packed);
  EXPECT_THAT(rows("t", {"id"}), ElementsAre("1"));
  EXPECT_EQ(end.proof, Proof::format);
  file("t.csv.gz", packed.substr(0, packed.size() - 6));
  EXPECT_THAT(error([&] { rows("t", {"id"}); }), HasSubstr("t.csv.gz is cut off"));
}

}  // namespace
}  // namespace homeroom::plugin
