//! The partitions of AWS: how their regions are told by name, and which of these is always there.

use super::Region;

/// A partition: regions that share their identities, and nothing with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// As ARNs name it.
    pub name: &'static str,
    /// How the names of its regions begin (botocore 1.43, `partitions.json`); empty for the commercial one.
    prefix: &'static str,
    /// A region that cannot be switched off, which is where AWS Organizations has its one endpoint ("AWS Organizations
    /// endpoints and quotas").
    home: Option<&'static str>,
    /// The end of its host names (`partitions.json`, `dnsSuffix`).
    pub suffix: &'static str,
}

/// The commercial one, in which everything lies of which nothing else is known.
const COMMERCIAL: Partition = open("aws", "", "us-east-1", "amazonaws.com");

const fn open(name: &'static str, prefix: &'static str, home: &'static str, suffix: &'static str) -> Partition {
    Partition { name, prefix, home: Some(home), suffix }
}

/// One that is not open to customers: nobody here has seen its endpoints.
const fn closed(name: &'static str, prefix: &'static str, suffix: &'static str) -> Partition {
    Partition { name, prefix, home: None, suffix }
}

/// All of them.
const ALL: [Partition; 8] = [
    open("aws-cn", "cn-", "cn-northwest-1", "amazonaws.com.cn"),
    open("aws-us-gov", "us-gov-", "us-gov-west-1", "amazonaws.com"),
    open("aws-eusc", "eusc-", "eusc-de-east-1", "amazonaws.eu"),
    closed("aws-iso", "us-iso-", "c2s.ic.gov"),
    closed("aws-iso-b", "us-isob-", "sc2s.sgov.gov"),
    closed("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"),
    closed("aws-iso-f", "us-isof-", "csp.hci.ic.gov"),
    COMMERCIAL,
];

impl Partition {
    /// Of a region, by its name; what is unknown is taken for the commercial one.
    #[must_use]
    pub fn of(region: &Region) -> Self {
        ALL.into_iter().find(|partition| region.as_str().starts_with(partition.prefix)).unwrap_or(COMMERCIAL)
    }

    /// By its own name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|partition| partition.name == name)
    }

    /// A region of it that cannot be switched off, where one is known.
    #[must_use]
    pub fn home(&self) -> Option<Region> {
        self.home.map(Region::from)
    }

    /// The same of the partition that a region lies in; that region itself where none is known.
    #[must_use]
    pub fn home_of(region: &Region) -> Region {
        Self::of(region).home().unwrap_or_else(|| region.clone())
    }

    /// The region that is taken where nobody names one.
    #[must_use]
    pub fn guess() -> Region {
        COMMERCIAL.home().unwrap_or_else(|| Region::from(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition_and_that_a_region_that_is_always_there() {
        for (region, name, home) in [
            ("eu-central-1", "aws", "us-east-1"),
            ("us-west-2", "aws", "us-east-1"),
            ("cn-north-1", "aws-cn", "cn-northwest-1"),
            ("us-gov-east-1", "aws-us-gov", "us-gov-west-1"),
            ("eusc-de-east-1", "aws-eusc", "eusc-de-east-1"),
            ("us-iso-west-1", "aws-iso", "us-iso-west-1"),
            ("us-isob-east-1", "aws-iso-b", "us-isob-east-1"),
            ("us-isof-south-1", "aws-iso-f", "us-isof-south-1"),
        ] {
            let region = Region::from(region);
            assert_eq!(Partition::of(&region).name, name);
            assert_eq!(Partition::home_of(&region).as_str(), home);
            assert_eq!(Partition::named(name), Some(Partition::of(&region)));
        }
        assert_eq!(Partition::guess().as_str(), "us-east-1");
        assert_eq!(Partition::named("aws-moon"), None);
    }
}
