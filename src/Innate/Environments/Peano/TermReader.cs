namespace Innate.Environments.Peano;

/// <summary>Reads a term from left to right.</summary>
/// <param name="text">The term; spaces do not count.</param>
internal sealed class TermReader(string text)
{
    // Deeper terms are not met, and would not be read on any stack.
    private const int MostDepth = 500;

    private readonly string _text = text.Replace(" ", "", StringComparison.Ordinal);
    private int _at, _depth;

    /// <summary>The whole text as one term.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public Term Whole()
    {
        Term term = Sum();
        return _at == _text.Length ? term : throw Fault("the end");
    }

    private Term Sum()
    {
        Term term = Product();
        while (Take('+')) term = Term.Sum(term, Product());
        return term;
    }

    private Term Product()
    {
        Term term = Simple();
        while (Take('*')) term = new Term("*", [term, Simple()]);
        return term;
    }

    private Term Simple()
    {
        if (++_depth > MostDepth) throw Fault($"at most {MostDepth} brackets within each other");
        Term term;
        if (Take('0')) term = Term.Zero;
        else if (Take('(')) term = Closed();
        else if (_text.AsSpan(_at).StartsWith("s(", StringComparison.Ordinal))
        {
            _at += 2;
            term = new Term("s", [Closed()]);
        }
        else if (_at < _text.Length && char.IsAsciiLetterLower(_text[_at])) term = new Term(_text[_at++].ToString(), []);
        else throw Fault("0, s(, a variable or a bracket");

        _depth--;
        return term;
    }

    private Term Closed()
    {
        Term term = Sum();
        return Take(')') ? term : throw Fault("')'");
    }

    private bool Take(char c)
    {
        if (_at == _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private InputException Fault(string expected) => new(
        $"Term '{_text}', character {_at + 1}: expected {expected}, " +
        $"found {(_at < _text.Length ? $"'{_text[_at]}'" : "the end")}.");
}
