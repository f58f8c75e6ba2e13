using Innate.Text;

namespace Innate.Tests;

/// <summary>Ids alone, for tests that encode one response to one prompt.</summary>
internal static class EncodedTexts
{
    /// <summary>A response's ids in the context of a prompt.</summary>
    public static int[] ResponseIds(this ChatFormat format, string prompt, string response) =>
        format.EncodeResponse(format.EncodePrompt(prompt), response).Ids;
}
