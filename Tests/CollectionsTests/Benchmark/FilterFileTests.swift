import Foundation
import Testing

@testable import VectorCollections

@Suite struct FilterFileTests {
    private func parse(_ text: String) throws -> [FilterFile.NamedFilter] {
        let lines = #"{"role":"r1","uses":3,"score":1.5,"skills":["a"],"open":true}"#
        let rows = try PayloadFile.parse(Data(lines.utf8), path: "meta.jsonl", count: 1)
        return try FilterFile.parse(Data(text.utf8), path: "filters.json", for: rows)
    }

    @Test("Conditions become filters of the fields' kinds, in the order of the names")
    func filters() throws {
        let filters = try parse(
            """
            {"z": {"conds": [["role", "r1"], ["uses", 3]], "share": 0.5, "n": 7},
             "a-1": {"conds": [["skills", "a"]]},
             "b_2": {"conds": [["score", 2]], "n": 0},
             "c": {"conds": []}}
            """)
        #expect(
            filters == [
                .init(name: "a-1", filter: .equals("skills", .keyword("a")), matchingCount: nil),
                .init(name: "b_2", filter: .equals("score", .float(2)), matchingCount: 0),
                .init(name: "c", filter: .all([]), matchingCount: nil),
                .init(
                    name: "z", filter: .all([.equals("role", .keyword("r1")), .equals("uses", .integer(3))]),
                    matchingCount: 7),
            ])
    }

    @Test(
        "What does not fit is refused by name",
        arguments: [
            (#"{"f": {"conds": [["nose", 1]]}}"#, "filter 'f'"),
            (#"{"f": {"conds": [["uses", "x"]]}}"#, "filter 'f', field 'uses'"),
            (#"{"f": {"conds": [["uses", 2.5]]}}"#, "filter 'f', field 'uses'"),
            (#"{"f": {"conds": [["skills", ["a"]]]}}"#, "filter 'f', field 'skills'"),
            (#"{"f": {"conds": [["role", null]]}}"#, "filter 'f', field 'role'"),
            (#"{"../f": {"conds": []}}"#, "filter '../f'"),
            (#"{"": {"conds": []}}"#, "filter ''"),
            (#"{"f": {"conds": [["uses", 1, 2]]}}"#, "the file"),
            (#"{"f": {"conds": [["uses"]]}}"#, "the file"),
            (#"{"f": {}}"#, "the file"), ("{}", "the file"), ("[", "the file"),
        ])
    func refused(text: String, place: String) {
        let error = #expect(throws: BenchmarkFileError.self) { try parse(text) }
        #expect(error?.path == "filters.json" && error?.place == place)
    }
}
