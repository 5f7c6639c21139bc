import Testing

@testable import Catalog

@Suite struct EmailAddressTests {
    @Test(arguments: ["a@b.org", "first.last+tag@sub.example.co", "x_y@ex-ample.de", "用户@例子.公司", " a@b.org "])
    func accepts(_ text: String) { #expect(throws: Never.self) { try EmailAddress(text) } }

    @Test(arguments: [
        "", "a", "a@", "@b.org", "a@b", "a@b..org", "a b@c.org", "a@-b.org", "a@b.org-", ".a@b.org", "a..b@c.org",
        "a@b@c.org",
        "a@b_c.org", "a@b.org\0",
    ])
    func refuses(_ text: String) { #expect(throws: ValidationError.self) { try EmailAddress(text) } }
}
