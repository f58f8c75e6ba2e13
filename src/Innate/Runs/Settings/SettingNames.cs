using System.Text;

namespace Innate.Runs.Settings;

/// <summary>A property's name as options, files and people write it.</summary>
public static class SettingNames
{
    /// <summary>LearningRate becomes learning_rate, as in files.</summary>
    /// <param name="name">A property.</param>
    public static string Snake(string name) => Parted(name, '_');

    /// <summary>LearningRate becomes learning-rate, as in options.</summary>
    /// <param name="name">A property.</param>
    public static string Kebab(string name) => Parted(name, '-');

    /// <summary>LearningRate becomes learning rate, as people write it.</summary>
    /// <param name="name">A property.</param>
    public static string Words(string name) => Parted(name, ' ');

    private static string Parted(string name, char between)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append(between);
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
