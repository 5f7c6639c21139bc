import Foundation
import TestSupport
import Testing

@testable import greenroom

/// Reactions to recommendations, by the real binary over HTTP.
@Suite struct RecommendationFeedbackTests {
    private static let path = "/api/v1/vector/recommendations"

    private static func list(
        _ service: RunningService, _ person: (token: String, id: String), limit: Int = 10
    ) async throws -> JSONValue {
        let answer = try await service.call(
            "POST", path, ["user_id": .string(person.id), "limit": .integer(limit)], token: person.token)
        #expect(answer.status == 200)
        return answer.body
    }

    private static func ids(_ list: JSONValue) -> [String] {
        list["recommendations"].elements.compactMap { $0["id"].string }
    }

    @Test func everyKindActsOnTheNextList() async throws {
        try await withService { service in
            let ada = try await service.join("ada")
            var shown = try await Self.list(service, ada)
            #expect(shown["recommendations"].elements.map { $0["place"] } == (1...10).map { .integer($0) })
            for kind in ["skipped", "too_easy", "too_hard", "irrelevant", "reported"] {
                let list = try #require(shown["recommendation_id"].string)
                let first = Self.ids(shown)[0]
                let answer = try await service.call(
                    "POST", "\(Self.path)/\(list)/feedback", ["kind": .string(kind), "item_id": .string(first)],
                    token: ada.token)
                #expect(answer.status == 201 && answer.body["places"] == [1] && answer.body["recorded"] == 1)
                let next = try await Self.list(service, ada)
                #expect(Self.ids(next).count == 10 && !Self.ids(next).contains(first), "\(kind)")
                #expect(next["recommendation_id"] != shown["recommendation_id"])
                shown = next
            }
            // What is kept, liked or looked at may come again.
            let list = try #require(shown["recommendation_id"].string)
            let feedback = "\(Self.path)/\(list)/feedback"
            let all = try await service.call("POST", feedback, ["kind": "shown"], token: ada.token)
            #expect(all.status == 201 && all.body["recorded"] == 10)
            let again = try await service.call("POST", feedback, ["kind": "shown", "place": 3], token: ada.token)
            #expect(again.status == 200 && again.body["recorded"] == 0)
            for kind in ["accepted", "saved"] {
                let answer = try await service.call(
                    "POST", feedback, ["kind": .string(kind), "place": 1], token: ada.token)
                #expect(answer.status == 201)
            }
            let next = try await Self.list(service, ada, limit: 50)
            #expect(Self.ids(next).contains(Self.ids(shown)[0]))
            let kept = try await service.call("GET", "\(Self.path)/\(list)", token: ada.token)
            #expect(kept.status == 200 && kept.body["recommendations"].count == 10)
            #expect(kept.body["recommendations"][0]["feedback"] == ["shown", "accepted", "saved"])
            #expect(kept.body["recommendations"][1]["feedback"] == ["shown"])
            #expect(kept.body["recommendations"].elements.compactMap { $0["id"].string } == Self.ids(shown))

            // Of scenarios too.
            let scenarios = try await service.call(
                "POST", Self.path, ["user_id": .string(ada.id), "content_type": "scenarios"], token: ada.token)
            let scenarioList = try #require(scenarios.body["recommendation_id"].string)
            let name = try #require(scenarios.body["recommendations"][0]["id"].string)
            let saved = try await service.call(
                "POST", "\(Self.path)/\(scenarioList)/feedback", ["kind": "saved", "item_id": .string(name)],
                token: ada.token)
            #expect(saved.status == 201 && saved.body["places"] == [1])
        }
    }

    @Test func onlyThePersonReactsToTheirList() async throws {
        try await withService { service in
            let ada = try await service.join("ada")
            let eve = try await service.join("eve")
            let list = try #require(try await Self.list(service, ada)["recommendation_id"].string)
            let feedback = "\(Self.path)/\(list)/feedback"
            let body: JSONValue = ["kind": "accepted", "place": 1]
            let admin = try await service.logIn()
            for token in [eve.token, admin] {
                #expect(try await service.call("POST", feedback, body, token: token).status == 404)
                #expect(try await service.call("GET", "\(Self.path)/\(list)", token: token).status == 404)
            }
            #expect(try await service.call("POST", feedback, body).status == 401)
            #expect(try await service.call("GET", "\(Self.path)/\(list)").status == 401)
            let nowhere = "\(Self.path)/\(UUID().uuidString)/feedback"
            #expect(try await service.call("POST", nowhere, body, token: ada.token).status == 404)
            let wrong: [(JSONValue, Int, String)] = [
                (["kind": "loved", "place": 1], 422, "kind"), (["kind": "skipped"], 422, "place"),
                (["kind": "skipped", "place": 51], 422, "place"), (["place": 1], 422, "kind"),
            ]
            for (body, status, field) in wrong {
                let answer = try await service.call("POST", feedback, body, token: ada.token)
                #expect(answer.status == status && answer.body["detail"][0]["loc"][1] == .string(field))
            }
            let far = try await service.call("POST", feedback, ["kind": "saved", "place": 50], token: ada.token)
            #expect(far.status == 404)
            let badID = try await service.call("POST", "\(Self.path)/no-uuid/feedback", body, token: ada.token)
            #expect(badID.status == 422)
        }
    }
}
