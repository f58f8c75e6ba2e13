namespace Innate.Text;

/// <summary>The three layers of codes that a sound decoder takes.</summary>
/// <param name="Coarse">One a frame.</param>
/// <param name="Middle">Two a frame.</param>
/// <param name="Fine">Four a frame.</param>
internal sealed record SoundLayers(IReadOnlyList<int> Coarse, IReadOnlyList<int> Middle, IReadOnlyList<int> Fine);

/// <summary>
/// How Orpheus-TTS writes sound as tokens named <c>&lt;custom_token_n&gt;</c>, seven a frame (from its published code):
/// <code>
/// code   = n - 10 - 4096 (place in the frame)       0 to 4095
/// place    0 -> coarse    1, 4 -> middle    2, 3, 5, 6 -> fine       id = 128256 + n
/// </code>
/// </summary>
internal static class OrpheusFrames
{
    /// <summary>Tokens a frame, codes a place, the first code's number, and the id of number 0.</summary>
    public const int FrameLength = 7, Codes = 4096, FirstNumber = 10, FirstId = 128256;

    /// <summary>The id that ends a sound; it stands where a frame would begin.</summary>
    public const int StopId = 128258;

    /// <summary>The layers of a row of tokens; a last frame that is not whole is left out.</summary>
    /// <param name="numbers">n of each token, in order.</param>
    /// <exception cref="InputException">A number is no code of its place.</exception>
    public static SoundLayers Layers(IReadOnlyList<int> numbers)
    {
        List<int> coarse = [], middle = [], fine = [];
        for (int i = 0; i < numbers.Count - (numbers.Count % FrameLength); i++)
        {
            int place = i % FrameLength, first = FirstNumber + (Codes * place), code = numbers[i] - first;
            if (code is < 0 or >= Codes)
            {
                throw new InputException(
                    $"Sound token {i + 1}: expected a number from {first} to {first + Codes - 1}, found {numbers[i]}.");
            }

            (place switch { 0 => coarse, 1 or 4 => middle, _ => fine }).Add(code);
        }

        return new SoundLayers(coarse, middle, fine);
    }
}
