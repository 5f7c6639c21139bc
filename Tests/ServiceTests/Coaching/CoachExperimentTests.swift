import Catalog
import Foundation
import Recommend
import Testing

@testable import greenroom

@Suite struct CoachExperimentTests {
    private static func experiment(_ json: String) throws -> CoachExperiment {
        try CoachExperiment(json: Data(json.utf8))
    }

    @Test func peopleAreDividedAlikeEverywhereAndByTheShares() throws {
        let json = """
            {"name": "band-2", "arms": [{"share": 3},
                {"share": 1, "parameters": {"band": {"low": 0.5}, "explorationShare": 0.2}}]}
            """
        let (one, two) = (try Self.experiment(json), try Self.experiment(json))
        var counts = [0, 0]
        for number in 0..<2_000 {
            let person = try #require(UUID(uuidString: String(format: "00000000-0000-0000-0000-%012d", number)))
            let (policy, arm) = try one.policy(for: person)
            let again = try two.policy(for: person).arm
            let place = try #require(arm).number
            #expect(arm?.experiment == "band-2" && arm == again)
            counts[place] += 1
            #expect(policy.parameters.band.low == (place == 1 ? 0.5 : CoachParameters().band.low))
            #expect(policy.parameters.explorationShare == (place == 1 ? 0.2 : CoachParameters().explorationShare))
            #expect(policy.parameters.goal == CoachParameters().goal, "what is not named stays")
        }
        #expect((1_420...1_580).contains(counts[0]), "three quarters of 2000, within four standard errors")
    }

    @Test func withoutAnExperimentThereIsNoArm() throws {
        let (policy, arm) = try CoachExperiment.standard().policy(for: UUID())
        #expect(arm == nil && policy.parameters == CoachParameters())
    }

    @Test(arguments: [
        (#"{"name": "", "arms": [{"share": 1}]}"#, "name has 0 characters"),
        (#"{"name": "a", "arms": []}"#, "arms is 0"),
        (#"{"name": "a", "arms": [{"share": -1}]}"#, "shares[0] is -1"),
        (#"{"name": "a", "arms": [{"share": 1, "parameters": {"bend": 1}}]}"#, "parameters.bend is unknown"),
        (#"{"name": "a", "arms": [{"share": 1, "parameters": {"band": 1}}]}"#, "parameters.band should be an object"),
        (#"{"name": "a", "arms": [{"share": 1, "parameters": {"goal": 2}}]}"#, "goal is 2"),
        (#"{"arms": [{"share": 1}]}"#, "no description of an experiment"), ("{", "no description of an experiment"),
    ])
    func whatIsWrongIsNamed(json: String, reason: String) throws {
        let error = #expect(throws: CoachExperiment.FileError.self) { try Self.experiment(json) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
}
