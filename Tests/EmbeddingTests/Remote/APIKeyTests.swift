import Testing

@testable import Embedding

@Suite struct APIKeyTests {
    @Test func isNeverShown() throws {
        let key = try APIKey("sk-proj-0123456789abcdef")
        struct Holder { let key: APIKey }
        var dumped = ""
        dump(Holder(key: key), to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(Holder(key: key))", dumped, "\(Optional(key) as Any)"] {
            #expect(!text.contains("0123") && !text.contains("sk-proj"))
        }
    }

    @Test func masksTheKeyAndItsParts() throws {
        let key = try APIKey("sk-proj-0123456789abcdef")
        #expect(key.masking("Bearer sk-proj-0123456789abcdef!") == "Bearer ********!")
        #expect(key.masking("cut at the end: sk-proj-0123") == "cut at the end: ********")
        #expect(key.masking("9abcdef") == "9abcdef", "seven bytes tell little")
        #expect(key.masking("89abcdef and sk-proj-") == "******** and ********")
        #expect(key.masking("sk-proj-0123456789abcdefsk-proj-0123456789abcdef") == "********")
        #expect(key.masking("") == "" && key.masking("nothing here, ünïcode stays") == "nothing here, ünïcode stays")
        #expect(try APIKey("abc").masking("xabcx abc") == "x********x ********")
    }

    @Test func refusesWhatCannotStandInAHeaderWithoutTellingIt() {
        #expect(throws: APIKey.Problem.empty) { try APIKey("") }
        #expect(throws: APIKey.Problem.badCharacter(position: 6)) { try APIKey("secret\nsecret") }
        #expect(throws: APIKey.Problem.badCharacter(position: 1)) { try APIKey("sécret") }
        #expect(throws: APIKey.Problem.badCharacter(position: 2)) { try APIKey("sk 1") }
    }
}
