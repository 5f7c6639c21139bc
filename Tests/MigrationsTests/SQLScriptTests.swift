import TestSupport
import Testing

@testable import Migrations

@Suite struct SQLScriptTests {
    private func texts(_ script: String) -> [String] { SQLScript(script).parts.map(\.sql) }

    @Test func separatesAtSemicolons() {
        #expect(texts("SELECT 1; SELECT 2;") == ["SELECT 1", "SELECT 2"])
        #expect(texts("SELECT 1;;\n ; SELECT 2") == ["SELECT 1", "SELECT 2"])
        #expect(texts("").isEmpty)
        #expect(texts(" -- nothing\n /* at ; all */ ;").isEmpty)
    }

    @Test(arguments: [
        "SELECT ';', 'it''s;', E'\\';', \"a;\"\"b\"", "SELECT $$;$$, $tag$ $$; $tag$",
        "SELECT a$b$c, 1 -- ; comment\n + 1",
        "SELECT /* ; /* nested ; */ ; */ 1", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
        "SELECT 'open ;",
        "SELECT $open$ ; $closed$", "SELECT 1 /* open ;", "SELECT 'é;', type, else_, e FROM x",
        "DO $do$ BEGIN PERFORM 1; EXECUTE $q$SELECT ';'$q$; END $do$",
    ])
    func keepsTogetherWhatBelongsTogether(statement: String) {
        #expect(texts("SELECT 0; " + statement) == ["SELECT 0", statement])
    }

    @Test func knowsTheLines() {
        let parts = SQLScript("-- first\nSELECT 1;\n\nSELECT\n2;\nSELECT 3").parts
        #expect(parts.map(\.line) == [2, 4, 6])
    }

    /// Statements made of random pieces come out as they went in.
    @Test(arguments: 1...50)
    func findsTheStatementsAgain(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "SELECT", "1", "'a;b'", "\"c;d\"", "$$e;f$$", "$x$ $$;$$ $x$", "(1; 2)", "/* ; */", "-- ;\n", "E'\\\\;'",
            "t.col", ",", "$1",
        ]
        let statements = (0..<20).map { _ in
            "SELECT "
                + (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                    pieces.randomElement(using: &generator) ?? ""
                }.joined(separator: " ") + " END"
        }
        #expect(texts(statements.joined(separator: ";\n")) == statements, "seed \(seed)")
    }
}
