import Recommend
import Testing

@Suite struct DeclaredTraitsTests {
    private let ada = DeclaredTraits(strengths: ["Swift", " SQL "], weaknesses: ["Kubernetes"])

    @Test func peopleWhoSayTheSameAgree() {
        let same = DeclaredTraits(strengths: ["swift", "sql"], weaknesses: ["kubernetes", "Go"])
        #expect(abs(ada.agreement(with: same) - 0.6) < 1e-12)
        #expect(ada.agreement(with: same) == same.agreement(with: ada))
        let one = DeclaredTraits(strengths: ["Swift"])
        #expect(ada.agreement(with: one) > 0 && ada.agreement(with: one) < ada.agreement(with: same))
    }

    @Test func peopleWhoSayTheOppositeDisagree() {
        let opposite = DeclaredTraits(strengths: ["Kubernetes"], weaknesses: ["Swift", "SQL"])
        #expect(abs(ada.agreement(with: opposite) + 0.6) < 1e-12)
        let mixed = DeclaredTraits(strengths: ["Swift", "Kubernetes"])
        #expect(ada.agreement(with: mixed) == 0)
    }

    @Test func whatIsNotNamedByBothOrIsNamedAsBothSaysNothing() {
        #expect(ada.agreement(with: DeclaredTraits()) == 0)
        #expect(ada.agreement(with: DeclaredTraits(strengths: ["Rust"])) == 0)
        #expect(ada.agreement(with: DeclaredTraits(strengths: ["Swift"], weaknesses: ["SWIFT"])) == 0)
    }
}
