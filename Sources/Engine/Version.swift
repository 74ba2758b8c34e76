/// The program's version, as `--version` prints it and Parquet files name it (semver.org).
package let sparsamVersion = "0.1.0"
