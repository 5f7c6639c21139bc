import Testing

@testable import Recommend

@Suite struct SkillMentionTests {
    @Test func findsNamesAliasesAndTheLongestSpelling() {
        #expect(Fixtures.mentions(in: "golang and postgres, continuous integration") == ["Go", "PostgreSQL", "CI/CD"])
        #expect(Fixtures.mentions(in: "CI/CD in C++ with nodejs on .NET") == ["CI/CD", "C++", "Node.js", ".NET"])
        #expect(Fixtures.mentions(in: "Strong communication skills") == ["Communication"])
    }

    @Test func acceptsTheOtherNumberOfCommonNounsOnly() {
        #expect(Fixtures.mentions(in: "owns budgets") == ["Budgeting"])
        #expect(Fixtures.mentions(in: "several Pythons") == [])
    }

    @Test func everydayWordsNeedEvidence() {
        #expect(Fixtures.mentions(in: "we go to market") == [])
        #expect(Fixtures.mentions(in: "Go to market with us") == [])
        #expect(Fixtures.mentions(in: "services written in Go") == ["Go"])
        #expect(Fixtures.mentions(in: "we use go for microservices") == ["Go"])
        #expect(Fixtures.mentions(in: "R & D budget") == ["Budgeting"])
        #expect(Fixtures.mentions(in: "statistics in R") == ["R"])
    }

    @Test func aListItemThatIsJustTheNameCounts() {
        #expect(Fixtures.mentions(in: "Go") == ["Go"])
        #expect(Fixtures.mentions(in: "Go (3+ years)") == ["Go"])
        #expect(Fixtures.mentions(in: "go") == [])
    }

    @Test func aCommaEndsAName() {
        #expect(Fixtures.mentions(in: "continuous, integration of teams") == [])
        #expect(Fixtures.mentions(in: "continuous-integration") == ["CI/CD"])
    }

    @Test func hearsNegation() {
        #expect(Fixtures.mentions(in: "no PHP") == ["PHP (negated)"])
        #expect(Fixtures.mentions(in: "not only PHP but Python") == ["PHP", "Python"])
    }
}
