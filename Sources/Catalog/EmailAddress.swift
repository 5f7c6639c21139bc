/// An email address: a local part and a domain name, as people type them. Compared without case.
public struct EmailAddress: Sendable, Equatable, CustomStringConvertible {
    public static let lengthMax = 254

    /// As typed, without white space at the ends.
    public let description: String

    /// - Throws: `ValidationError` on what cannot be the address of a mailbox: RFC 5321's dot-atom form is accepted,
    ///   quoted local parts and address literals are not.
    public init(_ text: String) throws {
        description = text.trimmed
        if let problem = Self.problem(with: description) {
            let message = "value is not a valid email address: \(problem)"
            throw ValidationError(FieldIssue(type: "value_error", field: "email", message: message, input: text))
        }
    }

    private static func problem(with text: String) -> String? {
        if text.utf8.count > lengthMax { return "it has more than \(lengthMax) bytes" }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return "it must have exactly one @-sign" }
        let local = parts[0]
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        if local.isEmpty || local.utf8.count > 64 { return "there must be 1 to 64 bytes before the @-sign" }
        if local.hasPrefix(".") || local.hasSuffix(".") || local.contains("..") {
            return "the part before the @-sign must not begin or end with a dot or have two in a row"
        }
        let punctuation = Set("!#$%&'*+-/=?^_`{|}~.".unicodeScalars)
        let isLocal = { (scalar: Unicode.Scalar) in
            !scalar.isASCII ? scalar.properties.isAlphabetic : isLetterOrDigit(scalar) || punctuation.contains(scalar)
        }
        if !local.unicodeScalars.allSatisfy(isLocal) { return "the part before the @-sign has an invalid character" }
        if labels.count < 2 { return "the part after the @-sign must have a dot" }
        for label in labels {
            if label.isEmpty || label.utf8.count > 63 || label.hasPrefix("-") || label.hasSuffix("-") {
                return "the part after the @-sign is not a domain name"
            }
            let isName = { (scalar: Unicode.Scalar) in
                !scalar.isASCII ? scalar.properties.isAlphabetic : isLetterOrDigit(scalar) || scalar == "-"
            }
            if !label.unicodeScalars.allSatisfy(isName) { return "the domain has an invalid character" }
        }
        return nil
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
}
