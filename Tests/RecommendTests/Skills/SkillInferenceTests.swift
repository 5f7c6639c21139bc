import Foundation
import Testing

@testable import Recommend

@Suite struct SkillInferenceTests {
    @Test func findsEachSkillOnceInItsOrder() throws {
        let inference = SkillInference(vocabulary: Fixtures.vocabulary)
        #expect(inference.skills(in: "How do Django and Python differ, and is Django py?") == ["Django", "Python"])
        #expect(inference.skills(in: "Tell me about yourself.").isEmpty)
    }
}
