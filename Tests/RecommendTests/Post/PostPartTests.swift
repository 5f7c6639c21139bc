import Testing

@testable import Recommend

@Suite struct PostPartTests {
    private func parts(_ sentences: String...) -> [PostPart] {
        PartClassifier().classify(
            sentences.map { sentence in
                let text = ScannedText(sentence)
                return (sentence, text.words(in: 0..<text.scalars.count))
            })
    }

    @Test func headingsOpenParts() {
        #expect(parts("Responsibilities:", "Own the roadmap with partners.") == [.duty, .duty])
        #expect(parts("Requirements", "A calm head in a storm.") == [.requirement, .requirement])
        #expect(parts("Nice to have:", "A sense of humour.") == [.niceToHave, .niceToHave])
    }

    @Test func wordsOfASentenceOverruleItsHeading() {
        #expect(parts("Responsibilities:", "Health insurance and paid time off.") == [.duty, .benefit])
        #expect(parts("Requirements:", "We are an equal opportunity employer.") == [.requirement, .legal])
        #expect(parts("Requirements:", "Kafka is a plus.") == [.requirement, .niceToHave])
    }

    @Test func anAskUnderNiceToHaveStaysNiceToHave() {
        #expect(parts("Nice to have:", "Experience with Kafka.") == [.niceToHave, .niceToHave])
    }

    @Test func boilerplateAsksForNothing() {
        #expect(PostPart.legal.weight == 0 && PostPart.benefit.weight == 0)
        #expect(PostPart.requirement.weight > PostPart.duty.weight)
        #expect(PostPart.duty.weight > PostPart.niceToHave.weight)
    }
}
