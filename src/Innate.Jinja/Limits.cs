namespace Innate.Jinja;

/// <summary>
/// What one template may use. A template comes with a model and is not trusted: every bound is a count, never a clock, so that
/// the same template and input end the same way on any machine.
/// </summary>
internal static class Limits
{
    /// <summary>
    /// The one budget of a rendering. A step pays for about a tenth of a microsecond of work or for 32 bytes of memory: one
    /// evaluated node, one visited item, 16 characters that are read or written (<see cref="CharactersPerStep"/>).
    /// </summary>
    public const long Steps = 10_000_000;

    public const int CharactersPerStep = 16;

    /// <summary>The steps of a call: its arguments are gathered, named and checked.</summary>
    public const int Call = 4;

    /// <summary>Texts are hashed, compared and searched for one character faster than they are built.</summary>
    public const int ComparedCharactersPerStep = 32;

    /// <summary>
    /// UTF-16 units of the rendered text, and of any one text that the template builds: several million tokens, beyond any
    /// context.
    /// </summary>
    public const int TextLength = 16 << 20;

    /// <summary>Nested evaluations: expressions, statements and macro calls together; also the nesting of one value.</summary>
    public const int Depth = 1000;

    /// <summary>Nested parentheses, operators and blocks in the source; each costs a dozen stack frames of the parser.</summary>
    public const int ParseDepth = 200;

    /// <summary>
    /// UTF-16 units of a template's source, which bounds the work and memory of parsing: some thirty times the longest template
    /// that models come with.
    /// </summary>
    public const int SourceLength = 1 << 20;

    /// <summary>UTF-16 units of a reason in an error message, which may quote what a template built.</summary>
    public const int Reason = 300;

    /// <summary>The items of one range(), as in Jinja2's own sandbox.</summary>
    public const int RangeItems = 100_000;

    /// <summary>Python's own bound for integers that become text.</summary>
    public const int IntegerDigits = 4300;

    public const int IntegerBits = 14_284;

    /// <summary>Digits after the point, and widths that are not text lengths.</summary>
    public const int Precision = 1000;
}
