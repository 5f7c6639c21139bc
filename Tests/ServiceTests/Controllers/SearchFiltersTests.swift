import Catalog
import Testing
import VectorCollections

@testable import greenroom

@Suite struct SearchFiltersTests {
    @Test func readsEveryForm() throws {
        let filters = try SearchFilters(
            [
                "difficulty": "Hard", "role": ["a", "b"], "skills": ["SQL", "Go"], "subcategory": .null,
                "success_rate": ["gte": 0.5, "lt": 1], "text_contains": "join", "min_score": 0.3, "zzz": 1,
            ], strict: false)
        #expect(filters.minScore == 0.3)
        #expect(filters.ignored == ["zzz"])
        #expect(
            filters.filter
                == .all([
                    .equals("difficulty", .keyword("Hard")), .anyOf("roles", [.keyword("a"), .keyword("b")]),
                    .allOf("skills", [.keyword("SQL"), .keyword("Go")]), .isNull("subcategory"),
                    .range("success_rate", lower: .inclusive(.float(0.5)), upper: nil),
                    .range("success_rate", lower: nil, upper: .exclusive(.float(1))), .textContains("text", "join"),
                ]))
    }

    @Test func namesKeysWithProblems() {
        func fields(_ filters: [String: JSONValue], strict: Bool = false) -> [[String]] {
            do {
                _ = try SearchFilters(filters, strict: strict)
                return []
            } catch let error as ValidationError {
                return error.issues.map(\.field)
            } catch {
                return [["\(error)"]]
            }
        }
        #expect(fields(["difficulty": 3]) == [["filters", "difficulty"]])
        #expect(fields(["skills": []]) == [["filters", "skills"]])
        #expect(fields(["role": ["near": "x"]]) == [["filters", "role"]])
        #expect(fields(["created_at": "yesterday"]) == [["filters", "created_at"]])
        #expect(fields(["zzz": 1], strict: true) == [["filters", "zzz"]])
        #expect(
            fields(["min_score": "high", "usage_count": "x"]) == [
                ["filters", "min_score"], ["filters", "usage_count"],
            ])
    }
}
