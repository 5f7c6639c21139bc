import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct QuestionStepsTests {
    @Test func onlyStepsOfFivePeopleAreKnown() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let steps = QuestionSteps(database: database)
            let start = Date().addingTimeInterval(-40 * 86_400)
            // Five go from 0 to 1, the fifth by way of 0, 1 and again; four of them go on to 2, one to 3 after a month.
            for number in 0..<5 {
                let person = try await made.person("person\(number)")
                let (_, questions) = try await made.session(of: person)
                let order = number < 4 ? [0, 1, 2] : [0, 1, 0, 1]
                for (place, question) in order.enumerated() {
                    try await made.answer(
                        questions[question], of: person, score: 60,
                        answeredAt: start.addingTimeInterval(Double(place) * 60))
                }
                try await made.answer(
                    questions[3], of: person, score: 60, answeredAt: start.addingTimeInterval(30 * 86_400))
            }
            #expect(try await steps.count() == 1)
            let ids = made.bank.map(\.id)
            #expect(try await steps.after(ids) == [ids[1]: [ids[0]: 1]])
            #expect(try await steps.after([ids[1], ids[2]]).isEmpty, "four people, and steps after a long pause")

            // A sixth goes from 0 to 2 and a seventh to 1: the share falls, and what a person did once more counts once.
            for (name, question) in [("sixth", 2), ("seventh", 1), ("eighth", 2)] {
                let person = try await made.person(name)
                let (_, questions) = try await made.session(of: person)
                for (place, question) in [0, question].enumerated() {
                    try await made.answer(
                        questions[question], of: person, score: 60,
                        answeredAt: start.addingTimeInterval(Double(place) * 60))
                }
            }
            #expect(try await steps.count() == 1)
            #expect(try await steps.after([ids[0]]) == [ids[1]: [ids[0]: 0.75]])
            #expect(try await steps.after([]).isEmpty)
        }
    }
}
