using System.CommandLine;
using Innate.Scoring.Profiles;

namespace Innate.Cli.Commands;

/// <summary><c>innate profile new</c>: a profile's file to begin with.</summary>
internal static class ProfileNewCommand
{
    public static Command Create(CliIo io)
    {
        Argument<string> name = new("NAME") { Description = "Its name: letters, digits, '.', '-' and '_'" };
        Option<string?> prefers = Opt.Text("--prefers", "TEXT", "What it prefers, in words: the system prompt");
        Option<string?> output = Opt.Text("--out", "FILE", "The file [default: profiles/NAME.json]");
        Command command = new("new", "Write a profile's file, with comments; a file that is there is left alone.")
        {
            name, prefers, output,
        };
        command.SetAction(parsed =>
        {
            string own = parsed.GetValue(name)!;
            if (!ProfileReader.IsName(own))
            {
                throw new InputException($"NAME: expected letters, digits, '.', '-' and '_', found '{own}'.");
            }

            string words = parsed.GetValue(prefers) is { } text && !string.IsNullOrWhiteSpace(text) ? text
                : throw new InputException("--prefers: expected what the profile prefers, in words, found nothing.");
            string file = parsed.GetValue(output) ?? Path.Combine(ProfileFinder.Folder, own + ".json");
            if (File.Exists(file)) throw new InputException($"{file}: expected no such file, found one.");
            Write(file, ProfileCommand.FileOf(own, words, "[]"));
            using StreamWriter told = io.TextOutput();
            told.WriteLine(file);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Write(string file, string text)
    {
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(file, text);
    }
}
