namespace Innate.Text.Tokenization;

/// <summary>The special tokens that go before and after the text's own.</summary>
/// <param name="Before">Ids in front.</param>
/// <param name="After">Ids behind.</param>
internal sealed record PostProcessor(int[] Before, int[] After)
{
    /// <summary>Adds nothing.</summary>
    public static readonly PostProcessor None = new([], []);

    /// <summary>This one's tokens around the text, then the next one's around both.</summary>
    public PostProcessor Then(PostProcessor next) => new([.. next.Before, .. Before], [.. After, .. next.After]);
}
