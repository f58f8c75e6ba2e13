using System.Globalization;

namespace Innate.Models;

/// <summary>
/// How far logits are pushed from those without the prompt to those with it (classifier-free guidance, arXiv 2207.12598):
/// <code>
/// z = z_u + w (z_c - z_u)
/// z = z_u + w_i (z_i - z_u) + w (z_c - z_i)      with an image that the prompt has beside its text (Chameleon)
/// </code>
/// </summary>
/// <param name="Scale">w; 1: the model with its prompt.</param>
/// <param name="ImageScale">w_i; null: two ways.</param>
public sealed record Guidance(double Scale, double? ImageScale = null)
{
    /// <summary>Refuses scales that are no numbers.</summary>
    /// <exception cref="InputException">A scale that is not finite.</exception>
    public void Check()
    {
        if (!double.IsFinite(Scale)) throw Odd(Scale);
        if (ImageScale is { } image && !double.IsFinite(image)) throw Odd(image);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => ImageScale is { } image
        ? string.Create(CultureInfo.InvariantCulture, $"{Scale},{image}")
        : Scale.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>W</c> or <c>W,WI</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is something else.</exception>
    public static Guidance Parse(string text)
    {
        string[] parts = text.Split(',');
        double[] scales = new double[parts.Length];
        bool isRead = parts.Length is 1 or 2;
        for (int i = 0; isRead && i < parts.Length; i++)
        {
            isRead = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out scales[i])
                && double.IsFinite(scales[i]);
        }

        return isRead ? new Guidance(scales[0], scales.Length > 1 ? scales[1] : null)
            : throw new InputException("Guidance", "a number, or two for text and image such as 3,1.2", $"'{text}'");
    }

    private static InputException Odd(double found) =>
        new("Guidance", "a finite number", found.ToString(CultureInfo.InvariantCulture));
}
