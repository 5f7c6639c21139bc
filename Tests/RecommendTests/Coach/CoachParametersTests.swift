import Foundation
import Testing

@testable import Recommend

@Suite("Coach: parameters")
struct CoachParametersTests {
    @Test("Those that ship are allowed and survive JSON")
    func shipped() throws {
        let parameters = CoachParameters()
        try parameters.check()
        let again = try JSONDecoder().decode(CoachParameters.self, from: JSONEncoder().encode(parameters))
        #expect(again == parameters)
    }

    @Test("A setting outside its range is named")
    func refused() {
        var parameters = CoachParameters()
        parameters.goal = 2
        #expect(throws: CoachInputError.setting(field: "goal", received: 2, allowed: 0.5...1)) {
            try parameters.check()
        }
        parameters.goal = .nan
        #expect(throws: CoachInputError.self) { try CoachPolicy(parameters: parameters) }
        parameters = CoachParameters()
        parameters.weights.due = -1
        #expect(throws: CoachInputError.setting(field: "weights.due", received: -1, allowed: 0...10)) {
            try parameters.check()
        }
        let error = CoachInputError.setting(field: "goal", received: 2, allowed: 0.5...1)
        #expect(error.description == "goal is 2.0, allowed is 0.5 to 1.0")
    }
}
