import Catalog
import Foundation
import TestSupport
import Testing

@testable import greenroom

@Suite struct PatternMeasureTests {
    @Test func answersTellThePattern() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database, questions: 24)
            let measure = PatternMeasure(learner: made.learner, history: PracticeHistory(database: database))
            let ada = try await made.person("ada")
            let questions = try await made.questions(of: ada)
            #expect(try await measure.pattern(of: ada) == nil)
            let start = Date().addingTimeInterval(-86_400)
            // Questions 1, 4, 7 … test Python, 2, 5, 8 … Communication; Python goes well, and comes last.
            let places = (0..<8).map { 3 * $0 + 2 } + (0..<8).map { 3 * $0 + 1 }
            for (number, place) in places.enumerated() {
                if number == 4 { #expect(try await measure.pattern(of: ada) == nil, "four answers") }
                try await made.answer(
                    questions[place], of: ada, score: place % 3 == 1 ? 100 : 0,
                    at: start.addingTimeInterval(Double(number) * 60))
            }
            let found = try #require(try await measure.pattern(of: ada))
            #expect(found.strengths == ["python"] && found.weaknesses == ["communication"])
            #expect(found.performanceTrend == 1 && found.preferredCategories == ["technical"])
        }
    }

    @Test func itIsThePersonsOwn() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            let (eve, _) = try await service.join("eve")
            let path = "/api/v1/vector/patterns/\(id)/measured"
            #expect(try await service.call("GET", path).status == 401)
            let made = try await service.call(
                "POST", "/api/v1/sessions", ["mode": "practice", "role": "Registered Nurse", "count": 6], token: token)
            #expect(try await service.call("GET", path, token: token).status == 404, "no answers yet")
            for question in made.body["questions"].elements.compactMap({ $0["question_id"].string }) {
                let written = try await service.call(
                    "POST", "/api/v1/sessions/questions/\(question)/answers",
                    ["answer_text": "By the book.", "score": 30], token: token)
                #expect(written.status == 201)
            }
            let found = try await service.call("GET", path, token: token)
            #expect(found.status == 200 && found.body["user_id"] == .string(id))
            #expect(found.body["skill_level"].string != nil && found.body["preferred_categories"].count >= 1)
            #expect(try await service.call("GET", path, token: eve).status == 404)
            #expect(try await service.call("GET", path, token: try await service.logIn()).status == 200)
            // Whom somebody is like who declares nothing is told by their answers.
            let similar = try await service.call(
                "POST", "/api/v1/vector/patterns/similar", ["user_id": .string(id)], token: token)
            #expect(similar.status == 200)
        }
    }
}
