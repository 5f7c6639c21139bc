import Foundation
import Testing

@testable import Recommend

@Suite struct SkillInferenceTests {
    @Test func findsEachSkillOnceInItsOrder() throws {
        let inference = SkillInference(vocabulary: Fixtures.vocabulary)
        #expect(inference.skills(in: "How do Django and Python differ, and is Django py?") == ["Django", "Python"])
        #expect(inference.skills(in: "Tell me about yourself.").isEmpty)
    }

    @Test func termsTellOfSkillsThatAreNotNamed() throws {
        var python = Skill(
            skill: "Python", kind: .language, aliases: [], parents: [], related: [], ambiguous: false, context: [])
        python.concepts = ["list comprehension", "decorator"]
        var patterns = Skill(
            skill: "Design Patterns", kind: .method, aliases: [], parents: [], related: [], ambiguous: false,
            context: [])
        patterns.concepts = ["decorator", "abstract factory"]
        let inference = SkillInference(vocabulary: try SkillsVocabulary(skills: [python, patterns]))
        #expect(inference.skills(in: "What are list comprehensions?") == ["Python"])
        #expect(inference.skills(in: "When is a decorator of use?") == ["Python", "Design Patterns"])
        #expect(
            inference.skills(in: "Design patterns: is a decorator in Python one?") == ["Design Patterns", "Python"],
            "what is named comes first, and nothing twice")
        #expect(inference.skills(in: "List the comprehension exercises.").isEmpty, "half a term is none")
    }

    @Test func postsAskForNothingByTerms() throws {
        var python = Skill(
            skill: "Python", kind: .language, aliases: [], parents: [], related: [], ambiguous: false, context: [])
        python.concepts = ["generator"]
        let reader = PostReader(vocabulary: try SkillsVocabulary(skills: [python]))
        let analysis = reader.read("Requirements:\nYou maintain our diesel generator.", role: "Technician")
        #expect(analysis.needs.map(\.kind).contains(.skill(0)) == false)
    }
}
