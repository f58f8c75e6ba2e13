using System.Globalization;
using System.Text;

namespace Innate.Jinja;

/// <summary>Python's strftime in the C locale.</summary>
internal static class Strftime
{
    public static string Format(RenderContext context, DateTimeOffset now, string format)
    {
        context.SpendText(format.Length * 24L);
        var result = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }

            char flag = format[i + 1] is '-' or '_' or '0' && i + 2 < format.Length ? format[++i] : ' ';
            string field = Field(now, format[++i]) ?? "%" + format[i];
            if (flag is '-' or '_' && field.Length > 1 && char.IsAsciiDigit(field[0]))
            {
                string bare = field.TrimStart('0');
                if (bare.Length == 0) bare = "0";
                field = flag == '-' ? bare : bare.PadLeft(field.Length);
            }

            result.Append(field);
        }

        return result.ToString();
    }

    private static string? Field(DateTimeOffset t, char code)
    {
        string Net(string format) => t.ToString(format, CultureInfo.InvariantCulture);
        string Pad(int value, int width) => value.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
        int weekday = (int)t.DayOfWeek, mondayBased = (weekday + 6) % 7;
        return code switch
        {
            'a' => Net("ddd"),
            'A' => Net("dddd"),
            'b' or 'h' => Net("MMM"),
            'B' => Net("MMMM"),
            'c' => Net("ddd MMM ") + Pad(t.Day, 2).Replace("0", t.Day < 10 ? " " : "0", StringComparison.Ordinal)
                + Net(" HH:mm:ss yyyy"),
            'C' => Pad(t.Year / 100, 2),
            'd' => Net("dd"),
            'D' or 'x' => Net("MM/dd/yy"),
            'e' => t.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'f' => Net("ffffff"),
            'F' => Net("yyyy-MM-dd"),
            'G' => Pad(ISOWeek.GetYear(t.DateTime), 4),
            'H' => Net("HH"),
            'I' => Net("hh"),
            'j' => Pad(t.DayOfYear, 3),
            'm' => Net("MM"),
            'M' => Net("mm"),
            'n' => "\n",
            'p' => Net("tt"),
            'r' => Net("hh:mm:ss tt"),
            'R' => Net("HH:mm"),
            's' => t.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'S' => Net("ss"),
            't' => "\t",
            'T' or 'X' => Net("HH:mm:ss"),
            'u' => Pad(mondayBased + 1, 1),
            'U' => Pad((t.DayOfYear + 6 - weekday) / 7, 2),
            'V' => Pad(ISOWeek.GetWeekOfYear(t.DateTime), 2),
            'w' => Pad(weekday, 1),
            'W' => Pad((t.DayOfYear + 6 - mondayBased) / 7, 2),
            'y' => Net("yy"),
            'Y' => Net("yyyy"),
            // datetime.now() knows no time zone, so Python writes nothing for these.
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
    }
}
