import Testing

@testable import greenroom

@Suite struct JSONValueTests {
    @Test(arguments: [#"{"a":[1,2.5,"x",true,null],"b":{}}"#, "[]", "7", "\"t\"", "null", "-1.25"])
    func survivesTheRoundTrip(_ text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
    }

    @Test func tellsNumbersFromBooleans() throws {
        #expect(try JSONValue(parsing: "[1,true,0,false,1.0]") == [1, true, 0, false, .integer(1)])
    }
}
