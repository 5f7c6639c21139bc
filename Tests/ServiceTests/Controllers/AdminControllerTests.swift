import Foundation
import TestSupport
import Testing

@testable import greenroom

@Suite struct AdminControllerTests {
    @Test func analyticsAndQualityAreTheAdministrators() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "experiment-\(UUID()).json")
        let arms = #"{"name": "narrow", "arms": [{"share": 0}, {"share": 1, "parameters": {"explorationShare": 0}}]}"#
        try Data(arms.utf8).write(to: file)
        try await withService(environment: ["COACH_EXPERIMENT": file.path]) { service in
            let (token, id) = try await service.join("ada")
            let analytics = "/api/v1/admin/analytics/recommendations"
            let quality = "/api/v1/questions/admin/quality-check"
            for (method, path) in [("GET", analytics), ("POST", quality)] {
                #expect(try await service.call(method, path).status == 401)
                #expect(try await service.call(method, path, token: token).status == 403)
            }
            let list = try await service.call(
                "POST", "/api/v1/vector/recommendations", ["user_id": .string(id)], token: token)
            #expect(list.body["recommendations"].elements.allSatisfy { $0["source"] != "explore" })
            let feedback = "/api/v1/vector/recommendations/\(list.body["recommendation_id"].string ?? "")/feedback"
            #expect(try await service.call("POST", feedback, ["kind": "shown"], token: token).status == 201)
            let accepted: JSONValue = ["kind": "accepted", "place": 1]
            #expect(try await service.call("POST", feedback, accepted, token: token).status == 201)

            let admin = try await service.logIn()
            let report = try await service.call("GET", "\(analytics)?days=7", token: admin)
            #expect(report.status == 200 && report.body["lists"] == 1 && report.body["content_type"] == "questions")
            let groups = report.body["groups"].elements
            #expect(groups.allSatisfy { $0["experiment"] == "narrow" && $0["arm"] == 1 })
            #expect(groups.reduce(0) { $0 + ($1["items"].double ?? 0) } == 10)
            #expect(groups.reduce(0) { $0 + ($1["shown"].double ?? 0) } == 10)
            #expect(groups.reduce(0) { $0 + ($1["accepted"].double ?? 0) } == 1)
            #expect(groups.allSatisfy { (0...1).contains($0["coverage"].double ?? -1) })
            let check = try await service.call("POST", quality, token: admin)
            #expect(check.status == 200 && check.body["flagged"] == 0 && check.body["questions"].count == 0)
            #expect(check.body["flags"]["often_reported"] == 0)
            #expect(try #require(check.body["checked"].double) > 50)
            let wrong: [(String, String, String)] = [
                ("GET", "\(analytics)?days=366", "days"), ("GET", "\(analytics)?content_type=people", "content_type"),
                ("POST", "\(quality)?limit=0", "limit"),
            ]
            for (method, path, field) in wrong {
                let answer = try await service.call(method, path, token: admin)
                #expect(answer.status == 422 && answer.body["detail"][0]["loc"][1] == .string(field))
            }
        }
        try FileManager.default.removeItem(at: file)
    }
}
