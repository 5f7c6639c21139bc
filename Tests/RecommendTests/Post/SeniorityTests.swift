import Testing

@testable import Recommend

@Suite struct SeniorityTests {
    private static func read(_ title: String, _ post: String = "") throws -> PostReading {
        let reader = PostReader(vocabulary: Fixtures.vocabulary)
        return reader.reading(of: post, role: title, roles: try RolesCatalog(roles: []))
    }

    @Test(arguments: [
        ("Senior Backend Engineer", Seniority.senior), ("Sr. Accountant", .senior), ("Junior Designer", .junior),
        ("Software Engineering Intern", .intern), ("Principal Engineer", .lead), ("Staff Engineer", .lead),
        ("Associate Director of Sales", .executive), ("Head of Data", .executive), ("VP, Marketing", .executive),
        ("Nurse Manager", .lead),
    ])
    func theStrongestWordOfATitleDecides(_ title: String, _ level: Seniority) throws {
        let reading = try Self.read(title, "You have 1 year of experience.")
        #expect(reading.seniority == level && reading.seniorityEvidence == .title)
    }

    @Test func wordsWithAnotherMeaningAreNone() throws {
        #expect(try Self.read("Staff Nurse").seniority == nil)
        #expect(try Self.read("Lead Generation Specialist").seniority == nil)
        #expect(try Self.read("Data Entry Clerk").seniority == nil)
    }

    @Test(arguments: [(1, Seniority.junior), (3, .middle), (6, .senior), (12, .lead)])
    func withoutAWordTheYearsDo(_ years: Int, _ level: Seniority) throws {
        let reading = try Self.read("Engineer", "Requirements:\n- \(years)+ years of experience with Python")
        #expect(reading.seniority == level && reading.seniorityEvidence == .years && reading.years == years)
    }

    @Test func withoutBothTheTextDoes() throws {
        let reading = try Self.read("Engineer", "Requirements: we are seeking a senior engineer who writes Python.")
        #expect(reading.seniority == .senior && reading.seniorityEvidence == .text)
        #expect(try Self.read("Engineer", "Requirements: you will report to senior management.").seniority == nil)
    }
}
